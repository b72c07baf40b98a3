import { useCreate, useUpdate } from '@refinedev/core'
import { Button, Form } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { AlertBanner } from './alert-banner.tsx'
import { asApiError, isRecord, type ApiError } from './api-error.ts'
import { changedFields, differences } from './changes.ts'
import { Conflict } from './conflict.tsx'
import { FieldItem } from './field-item.tsx'
import type { Row } from './fields/kit.ts'
import { lower } from './format.ts'
import { useManifest } from './manifest.tsx'
import { PageHead } from './page-head.tsx'
import { Panel } from './panel.tsx'
import { titleOf } from './record.tsx'
import { reaches } from './record-actions.tsx'
import { useRow } from './records.ts'
import { LoadError, NoPermission, NotFound, SkeletonPage } from './states.tsx'
import { useToast } from './toasts.tsx'
import { UnsavedGuard } from './unsaved.tsx'

type Values = Record<string, unknown>
type Versioned = Row & { version?: number }

const sectionsOf = (resource: ManifestResource, may: 'creatable' | 'updatable'): { title: string; fields: string[] }[] => {
  const declared = resource.form.sections.length > 0 ? resource.form.sections : [{ title: resource.label[0], fields: Object.keys(resource.fields) }]
  return declared.map(s => ({ title: s.title, fields: s.fields.filter(name => resource.fields[name]?.[may]) })).filter(s => s.fields.length > 0)
}

const readPrefill = (resource: ManifestResource, params: URLSearchParams): Values =>
  Object.fromEntries(Object.entries(resource.fields).filter(([, f]) => f.creatable).flatMap(([name, f]) => {
    const given = params.get(name)
    const value = given !== null && ['relation', 'text', 'enum', 'email'].includes(f.type) ? given : f.default
    return value === undefined ? [] : [[name, value]]
  }))

interface EditorProps { resource: ManifestResource; /** The row as it was when the form was filled; null makes a new one. */ row: Versioned | null; prefill: Values }

const Editor = ({ resource, row, prefill }: EditorProps) => {
  const [form] = Form.useForm<Values>()
  const [base, setBase] = useState<Versioned | null>(row)
  const [theirs, setTheirs] = useState<Versioned | null>(null)
  const [problem, setProblem] = useState<ApiError | null>(null)
  const [dirty, setDirty] = useState(false)
  const leaving = useRef(false)
  const navigate = useNavigate()
  const toast = useToast()
  const { mutateAsync: create, mutation: creating } = useCreate<Versioned, ApiError>()
  const { mutateAsync: update, mutation: updating } = useUpdate<Versioned, ApiError>()
  const sections = sectionsOf(resource, row ? 'updatable' : 'creatable')
  const names = sections.flatMap(s => s.fields)
  const what = lower(resource.label[0])
  const back = row ? `/${resource.name}/${row.id}` : `/${resource.name}`
  const initial: Values = row ? Object.fromEntries(names.map(name => [name, row[name]])) : prefill

  const place = (error: ApiError): void => {
    const known = Object.entries(error.errors).filter(([field]) => names.includes(field))
    form.setFields(known.map(([name, errors]) => ({ name, errors })))
    if (known.length > 0) form.scrollToField(known[0]![0], { block: 'center', focus: true })
    const elsewhere = Object.entries(error.errors).filter(([field]) => !names.includes(field))
    setProblem(known.length > 0 && elsewhere.length === 0 ? null : error)
  }

  const save = async (from: Versioned | null = base): Promise<void> => {
    const values = await form.validateFields().catch((failed: { errorFields?: { name: (string | number)[] }[] }) => {
      const first = failed.errorFields?.[0]?.name
      if (first) form.scrollToField(first, { block: 'center', focus: true })
      return null
    })
    if (!values) return
    setProblem(null)
    const quiet = { successNotification: false, errorNotification: false } as const
    try {
      if (!from) {
        const { data } = await create({ resource: resource.name, values: changedFields({}, values), ...quiet })
        leaving.current = true
        toast({ text: `${titleOf(resource, data)} was made.` })
        void navigate(`/${resource.name}/${data.id}`)
        return
      }
      const changed = changedFields(from, values)
      if (Object.keys(changed).length > 0) {
        await update({ resource: resource.name, id: from.id, values: changed, mutationMode: 'pessimistic', invalidates: ['resourceAll'], meta: from.version === undefined ? {} : { headers: { 'If-Match': `"v${from.version}"` } }, ...quiet })
        toast({ text: 'Saved.' })
      }
      leaving.current = true
      void navigate(back)
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.statusCode === 412 && isRecord(error.body.current)) setTheirs(error.body.current as Versioned)
      else if (error.code !== 'step_up_cancelled') place(error)
    }
  }

  const found = base && theirs ? differences(base, form.getFieldsValue(true) as Values, theirs, names) : []
  /** From now on theirs is what was there: fields only they changed follow, those of `take` too, mine stay. */
  const rebase = (take: readonly string[]): Versioned => {
    const next = theirs!
    for (const d of found) if (!d.both || take.includes(d.field)) form.setFieldValue(d.field, d.theirs)
    setBase(next)
    setTheirs(null)
    return next
  }

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && (event.key === 's' || event.key === 'Enter')) { event.preventDefault(); void save() }
    }
    addEventListener('keydown', press)
    return () => { removeEventListener('keydown', press) }
  })

  const busy = creating.isPending || updating.isPending
  return (
    <div className="page record">
      <PageHead
        title={row ? `Edit ${titleOf(resource, row)}` : `New ${what}`} path={<><Link to={`/${resource.name}`}>{resource.label[1]}</Link>{row && <><span aria-hidden="true">/</span><Link to={back} dir="auto">{titleOf(resource, row)}</Link></>}</>}
        tools={<><Link className="ant-btn qd-link-button" to={back}>Cancel</Link><Button type="primary" loading={busy} data-testid="action-save" onClick={() => void save()}>{row ? 'Save' : `Make ${what}`}</Button></>}
      />
      <div className="content narrow">
        {theirs && base && <Conflict key={theirs.version} resource={resource} id={base.id} differences={found} onTake={take => { rebase(take) }} onSave={take => { void save(rebase(take)) }} />}
        {problem && <AlertBanner tone="negative" title={problem.message} testId="form-problem">{problem.requestId && <span className="mono">{problem.requestId}</span>}</AlertBanner>}
        <Form form={form} layout="vertical" requiredMark={false} scrollToFirstError initialValues={initial} onValuesChange={() => { setDirty(Object.keys(changedFields(row ?? prefill, form.getFieldsValue(true) as Values)).length > 0) }} onFinish={() => void save()}>
          {sections.map((section, s) => (
            <Panel key={section.title} title={section.title}>
              {section.fields.map((name, i) => <FieldItem key={name} name={name} field={resource.fields[name]!} required={resource.fields[name]!.required} row={row ?? prefill} autoFocus={s === 0 && i === 0 && !row} />)}
            </Panel>
          ))}
          <button type="submit" className="sr" tabIndex={-1} aria-hidden="true">Save</button>
        </Form>
      </div>
      <UnsavedGuard dirty={dirty} leaving={leaving} what={row ? `about ${titleOf(resource, row)}` : 'here'} />
    </div>
  )
}

/** The generated form of a resource: new, or of the row with `id`. */
export const FormPage = ({ resource, id }: { resource: ManifestResource; id?: string }) => (id ? <EditPage resource={resource} id={id} /> : <NewPage resource={resource} />)

const NewPage = ({ resource }: { resource: ManifestResource }) => {
  const [params] = useSearchParams()
  if (!resource.can.create) return <div className="page"><NoPermission what={`A new ${lower(resource.label[0])}`} /></div>
  return <Editor resource={resource} row={null} prefill={readPrefill(resource, params)} />
}

const EditPage = ({ resource, id }: { resource: ManifestResource; id: string }) => {
  const { me } = useManifest()
  const { data, error, pending, retry } = useRow(resource.name, id, true)
  if (error) return <div className="page">{error.statusCode === 404 ? <NotFound what={`This ${lower(resource.label[0])}`} /> : <LoadError what={resource.label[0]} error={error} onRetry={retry} />}</div>
  if (pending || !data) return <div className="page"><SkeletonPage /></div>
  if (!reaches(resource.can.update, data, me.id)) return <div className="page"><NoPermission what={`Editing ${lower(resource.label[1])}`} /></div>
  return <Editor key={id} resource={resource} row={data} prefill={{}} />
}
