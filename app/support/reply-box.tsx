import { useInvalidate } from '@refinedev/core'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { newKey } from '../engine/act.ts'
import { asApiError } from '../engine/api-error.ts'
import { apiRoot, http } from '../engine/http.ts'
import { useToast } from '../engine/toasts.tsx'

type Kind = 'public' | 'internal'

/** An answer for the customer, or a word among colleagues: two ways that must not be mistaken for each other. The draft stays until it is sent. */
export const ReplyBox = ({ ticketId, to }: { ticketId: string; to: string | null }) => {
  const invalidate = useInvalidate()
  const toast = useToast()
  const [kind, setKind] = useState<Kind>('public')
  const [body, setBody] = useState('')
  const [key, setKey] = useState(newKey)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  const send = async (): Promise<void> => {
    if (body.trim() === '' || busy) return
    setBusy(true)
    setProblem(null)
    try {
      await http.post(`${apiRoot}/replies`, { ticketId, kind, body: body.trim() }, { headers: { 'Idempotency-Key': key } })
      setBody('')
      setKey(newKey())
      toast({ text: kind === 'public' ? 'Answer sent.' : 'Written down for colleagues.' })
      for (const resource of ['replies', 'tickets', 'customers']) void invalidate({ resource, invalidates: ['resourceAll'] })
    } catch (thrown) {
      const error = asApiError(thrown)
      setProblem(error.errors.body?.[0] ?? error.message)
    }
    setBusy(false)
  }

  return (
    <form className={`reply-box ${kind}`} onSubmit={event => { event.preventDefault(); void send() }}>
      <div className="segmented" role="group" aria-label="For whom">
        {(['public', 'internal'] as const).map(k => <button key={k} type="button" aria-pressed={k === kind} data-testid={`reply-${k}`} onClick={() => { setKind(k) }}>{k === 'public' ? 'To the customer' : 'Among colleagues'}</button>)}
      </div>
      <Input.TextArea
        data-testid="field-reply" aria-label={kind === 'public' ? 'Answer to the customer' : 'Note among colleagues'} autoSize={{ minRows: 3, maxRows: 16 }} maxLength={20_000} value={body} aria-invalid={problem !== null}
        placeholder={kind === 'public' ? (to ? `Answer ${to}` : 'Answer the customer') : 'Only colleagues see this'}
        onChange={event => { setBody(event.target.value) }} onKeyDown={event => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); void send() } }}
      />
      {problem && <p className="field-error" role="alert">{problem}</p>}
      <div className="reply-foot"><span className="hint">{kind === 'public' ? 'Stops the clock of the reply time.' : 'The customer does not see this.'}</span><Button htmlType="submit" type={kind === 'public' ? 'primary' : 'default'} loading={busy} disabled={body.trim() === ''} data-testid="action-reply">{kind === 'public' ? 'Send answer' : 'Write down'}</Button></div>
    </form>
  )
}
