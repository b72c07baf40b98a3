import { Button, Form, Input, Modal } from 'antd'
import { useRef, useState } from 'react'
import type { Action } from '../../resources/engine/define-resource.ts'
import { operatorsOf } from '../../resources/engine/filter-grammar.ts'
import type { ManifestField, ManifestResource } from '../../resources/engine/manifest.ts'
import { confirmWords, newKey, runAction, useReport, type Target } from './act.ts'
import { AlertBanner } from './alert-banner.tsx'
import { asApiError, type ApiError } from './api-error.ts'
import { FieldItem } from './field-item.tsx'
import { counted } from './format.ts'
import type { Operation } from './operation.ts'

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
  const n = target === 'collection' ? 0 : 'id' in target ? 1 : target.ids.length
  const fields = Object.entries(action.form ?? {}).map(([field, declared]) => [field, asManifestField(declared)] as const)
  const words = action.confirm ? confirmWords(action.confirm, n, resource.label) : { title: n > 0 ? `${action.label} ${counted(n, resource.label)}` : action.label, rest: '' }
  const confirm = n > 1 ? `${action.label} ${counted(n, resource.label)}` : action.label

  const submit = async (): Promise<void> => {
    if (busy) return
    const values = await form.validateFields().catch(() => null)
    if (!values) return
    setBusy(true)
    setProblem(null)
    try {
      const operation = await runAction(resource.name, name, target, Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== '')), key)
      report(action, operation)
      onDone?.(operation)
      onClose()
    } catch (thrown) {
      const error = asApiError(thrown)
      const known = Object.entries(error.errors).filter(([field]) => field.replace(/^input\./, '') in values)
      form.setFields(known.map(([field, errors]) => ({ name: field.replace(/^input\./, ''), errors })))
      if (known.length === 0 && error.code !== 'step_up_cancelled') setProblem(error)
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
        <Button key="do" type="primary" danger={action.danger} loading={busy} data-testid="confirm-action" onClick={() => void submit()}>{confirm}</Button>,
      ]}
    >
      <div ref={body}>
        {words.rest && <p className="dialog-text">{words.rest}</p>}
        {problem && <AlertBanner tone="negative" title={problem.message} testId="action-problem">{problem.requestId && <span className="mono">{problem.requestId}</span>}</AlertBanner>}
        <Form form={form} layout="vertical" requiredMark={false} initialValues={Object.fromEntries(fields.map(([field, declared]) => [field, declared.default]))} onFinish={() => { if (!action.danger) void submit() }}>
          {fields.map(([field, declared]) => <FieldItem key={field} name={field} field={declared} required={declared.required} />)}
          {action.reason && (
            <Form.Item name="reason" label={action.reason === 'required' ? 'Reason' : 'Reason (optional)'} extra="Stands in the audit log." validateTrigger="onSubmit" rules={action.reason === 'required' ? [{ required: true, whitespace: true, message: 'A reason is needed.' }, ...(action.reasonMin ? [{ min: action.reasonMin, message: `At least ${action.reasonMin} characters.` }] : [])] : []}>
              <Input.TextArea data-testid="field-reason" autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
            </Form.Item>
          )}
          {!action.danger && <button type="submit" className="sr" tabIndex={-1} aria-hidden="true">{confirm}</button>}
        </Form>
        {action.stepUp && <p className="hint">Your authenticator code is asked for, once in ten minutes.</p>}
      </div>
    </Modal>
  )
}
