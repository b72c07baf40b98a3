import { Button, Form, Input, Modal } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Action } from '../../resources/engine/define-resource.ts'
import { operatorsOf } from '../../resources/engine/filter-grammar.ts'
import type { ManifestField, ManifestResource } from '../../resources/engine/manifest.ts'
import { confirmWords, newKey, previewAction, runAction, sizeOf, useReport, type Matching, type Preview, type Target } from './act.ts'
import { AlertBanner } from './alert-banner.tsx'
import { asApiError, type ApiError } from './api-error.ts'
import { FieldItem } from './field-item.tsx'
import { count, counted, lower, money } from './format.ts'
import { useManifest } from './manifest.tsx'
import { reasonWords, type Operation } from './operation.ts'

interface Props {
  resource: ManifestResource
  name: string
  action: Action
  target: Target
  onClose: () => void
  onDone?: (operation: Operation) => void
}

const asManifestField = (field: NonNullable<Action['form']>[string]): ManifestField => {
  const missing = field.nullable === true || field.default !== undefined
  return { ...field, operators: operatorsOf[field.type], sortable: false, creatable: true, updatable: true, required: !missing }
}

/** The fields of an action's form. */
export const actionFields = (action: Action | undefined): (readonly [string, ManifestField])[] => Object.entries(action?.form ?? {}).map(([field, declared]) => [field, asManifestField(declared)] as const)

/** Rows above which a dangerous act on many asks for their number to be typed. */
const typedAbove = 200

/** What would happen, in numbers: how many rows, which are left out and why, what they sum up to, when it happens. */
const Effect = ({ preview, resource }: { preview: Preview; resource: ManifestResource }) => {
  const { book } = useManifest()
  const sums = Object.entries(preview.sums).filter(([name, sum]) => resource.fields[name] && sum !== 0)
  return (
    <div className="effect" data-testid="preview" role="status">
      <p><b>{count(preview.ready)}</b> of {counted(preview.total, resource.label)} will change{sums.map(([name, sum]) => <span key={name}>, {lower(resource.fields[name]!.label)} {money(sum, book.currency)}</span>)}.</p>
      {preview.skipped.map(({ reason, n }) => <p key={reason} className="muted">{count(n)} left out: {lower(reasonWords(reason))}.</p>)}
      {preview.approval && <p className="muted">{preview.approval.needed === 1 ? 'A second person has to approve it.' : `${preview.approval.needed} other people have to approve it.`}</p>}
      {preview.delaySeconds !== undefined && <p className="muted">It leaves after {preview.delaySeconds} seconds; until then it can be called back.</p>}
    </div>
  )
}

/**
 * The dialog of an action, from its declaration: what happens, its fields, the reason. Focus starts in the first field, or on the
 * way back for a dangerous act, never on the red button; there Enter does not confirm.
 */
export const ActionDialog = ({ resource, name, action, target, onClose, onDone }: Props) => {
  const [form] = Form.useForm<Record<string, unknown>>()
  const [problem, setProblem] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const [key] = useState(newKey)
  const report = useReport(resource)
  const keep = useRef<HTMLButtonElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const { many, preview, problem: unseen, again } = usePreview(resource, name, target)
  const n = many && preview ? preview.total : sizeOf(target)
  const [typed, setTyped] = useState('')
  const mustType = action.typed === true && n > typedAbove
  const fields = actionFields(action)
  const words = action.confirm ? confirmWords(action.confirm, n, resource.label) : { title: n > 0 ? `${action.label} ${counted(n, resource.label)}` : action.label, rest: '' }
  const blocked = preview?.ready === 0 || (many !== null && 'filter' in many && !preview) || (mustType && Number(typed.replaceAll(/[\s,.]/g, '')) !== n)
  const confirm = n > 1 ? `${action.label} ${counted(preview?.ready ?? n, resource.label)}` : action.label

  const submit = async (): Promise<void> => {
    if (busy) return
    const values = await form.validateFields().catch(() => null)
    if (!values || blocked) return
    setBusy(true)
    setProblem(null)
    try {
      const operation = await runAction(resource.name, name, many && 'filter' in many && preview ? { ...many, expected: preview.total } : target, Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== '')), key)
      report(action, operation)
      onDone?.(operation)
      onClose()
    } catch (thrown) {
      const error = asApiError(thrown)
      const known = Object.entries(error.errors).filter(([field]) => field.replace(/^input\./, '') in values)
      form.setFields(known.map(([field, errors]) => ({ name: field.replace(/^input\./, ''), errors })))
      if (known.length === 0 && error.code !== 'step_up_cancelled') setProblem(error)
      if (error.code === 'selection_moved') again()
    } finally {
      setBusy(false)
    }
  }

  const focusFirst = (): void => {
    const first = body.current?.querySelector<HTMLElement>('input:not([type=hidden]), textarea')
    if (first) first.focus()
    else keep.current?.focus()
  }

  return (
    <Modal
      open title={words.title} width={500} onCancel={onClose} keyboard afterOpenChange={open => { if (open) focusFirst() }}
      footer={[
        <Button key="keep" ref={keep} onClick={onClose}>{action.danger ? 'Keep as it is' : 'Cancel'}</Button>,
        <Button key="do" type="primary" danger={action.danger} loading={busy} disabled={blocked} data-testid="confirm-action" onClick={() => void submit()}>{confirm}</Button>,
      ]}
    >
      <div ref={body}>
        {words.rest && <p className="dialog-text">{words.rest}</p>}
        {many && (preview ? <Effect preview={preview} resource={resource} /> : unseen ? <AlertBanner tone="negative" title={unseen.message} actions={<Button onClick={again}>Try again</Button>} /> : <p className="effect muted" aria-busy="true">Counting…</p>)}
        {problem && <AlertBanner tone="negative" title={problem.message} testId="action-problem">{problem.requestId && <span className="mono">{problem.requestId}</span>}</AlertBanner>}
        <Form form={form} layout="vertical" requiredMark={false} initialValues={Object.fromEntries(fields.map(([field, declared]) => [field, declared.default]))} onFinish={() => { if (!action.danger) void submit() }}>
          {fields.map(([field, declared]) => <FieldItem key={field} name={field} field={declared} required={declared.required} />)}
          {action.reason && (
            <Form.Item name="reason" label={action.reason === 'required' ? 'Reason' : 'Reason (optional)'} extra="Stands in the audit log." validateTrigger="onSubmit" rules={action.reason === 'required' ? [{ required: true, whitespace: true, message: 'A reason is needed.' }, ...(action.reasonMin ? [{ min: action.reasonMin, message: `At least ${action.reasonMin} characters.` }] : [])] : []}>
              <Input.TextArea data-testid="field-reason" autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
            </Form.Item>
          )}
          {mustType && <Form.Item label={<>Type {count(n)} to confirm</>} htmlFor="typed-rows"><Input id="typed-rows" data-testid="typed-rows" inputMode="numeric" autoComplete="off" value={typed} maxLength={20} onChange={event => { setTyped(event.target.value) }} /></Form.Item>}
          {!action.danger && <button type="submit" className="sr" tabIndex={-1} aria-hidden="true">{confirm}</button>}
        </Form>
        {action.stepUp && <p className="hint">Your authenticator code is asked for, once in ten minutes.</p>}
      </div>
    </Modal>
  )
}

/** What the act would do to the rows chosen, where there are several. */
const usePreview = (resource: ManifestResource, name: string, target: Target): { many: { ids: readonly string[] } | Matching | null; preview: Preview | undefined; problem: ApiError | null; again: () => void } => {
  const many = target === 'collection' || 'id' in target || ('ids' in target && target.ids.length < 2) ? null : target
  const { data, error, refetch } = useQuery({
    queryKey: ['preview', resource.name, name, many], enabled: many !== null, gcTime: 0, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => previewAction(resource.name, name, many!, signal),
  })
  return { many, preview: data, problem: error ? asApiError(error) : null, again: () => void refetch() }
}
