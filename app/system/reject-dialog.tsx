import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { AlertBanner } from '../engine/alert-banner.tsx'
import { asApiError } from '../engine/api-error.ts'

/** Says no to what somebody asked for; they find the reason. */
export const RejectDialog = ({ what, onKeep, onReject }: { what: string; onKeep: () => void; onReject: (reason: string) => Promise<void> }) => {
  const [form] = Form.useForm<{ reason: string }>()
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async ({ reason }: { reason: string }): Promise<void> => {
    setBusy(true)
    try { await onReject(reason) } catch (thrown) { setProblem(asApiError(thrown).message); setBusy(false) }
  }
  return (
    <Modal open title={`Reject: ${what}?`} width={460} onCancel={onKeep} footer={[<Button key="keep" onClick={onKeep}>Decide later</Button>, <Button key="do" type="primary" danger loading={busy} data-testid="confirm-reject" onClick={() => { form.submit() }}>Reject</Button>]}>
      {problem && <AlertBanner tone="negative" title={problem} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={values => void submit(values)}>
        <Form.Item name="reason" label="Reason" extra="Who asked for it reads this; it stands in the audit log." validateTrigger="onSubmit" rules={[{ required: true, whitespace: true, message: 'A reason is needed.' }]}>
          <Input.TextArea data-testid="field-reason" autoFocus autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
