import { useInvalidate } from '@refinedev/core'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { asApiError } from '../engine/api-error.ts'
import { newKey } from '../engine/act.ts'
import { apiRoot, http } from '../engine/http.ts'
import { useResource } from '../engine/manifest.tsx'
import { useToast } from '../engine/toasts.tsx'

export const noteFieldId = 'note-body'

/** Where colleagues write down what they heard. The draft stays until it is saved. */
export const NoteWriter = ({ customerId, focus = false }: { customerId: string; focus?: boolean }) => {
  const notes = useResource('notes')
  const invalidate = useInvalidate()
  const toast = useToast()
  const [body, setBody] = useState('')
  const [key, setKey] = useState(newKey)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (!notes?.can.create) return null

  const save = async (): Promise<void> => {
    if (body.trim() === '' || busy) return
    setBusy(true)
    setProblem(null)
    try {
      await http.post(`${apiRoot}/notes`, { customerId, body: body.trim() }, { headers: { 'Idempotency-Key': key } })
      setBody('')
      setKey(newKey())
      toast({ text: 'Note written.' })
      for (const resource of ['notes', 'customers']) void invalidate({ resource, invalidates: ['resourceAll'] })
    } catch (thrown) {
      const error = asApiError(thrown)
      setProblem(error.errors.body?.[0] ?? error.message)
    }
    setBusy(false)
  }

  return (
    <form className="note-writer" onSubmit={event => { event.preventDefault(); void save() }}>
      <Input.TextArea
        id={noteFieldId} autoFocus={focus} data-testid="field-note" aria-label="Note" placeholder="Write a note. @ and a name mentions a colleague." autoSize={{ minRows: body ? 2 : 1, maxRows: 10 }} maxLength={10_000} value={body}
        aria-invalid={problem !== null} onChange={event => { setBody(event.target.value) }} onKeyDown={event => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); void save() } }}
      />
      {problem && <p className="field-error" role="alert">{problem}</p>}
      {body.trim() !== '' && <Button htmlType="submit" loading={busy} data-testid="action-note">Save note</Button>}
    </form>
  )
}
