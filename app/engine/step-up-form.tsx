import { Button, Modal } from 'antd'
import { useRef, useState, type FormEvent } from 'react'
import { asApiError } from './api-error.ts'
import { apiRoot, http } from './http.ts'

/** The question for a fresh authenticator code: `onSettled` hears whether it was given. */
export const StepUpForm = ({ onSettled: close }: { onSettled: (went: boolean) => void }) => {
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<{ message: string; code?: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault()
    if (busy) return
    if (!/^\d{6}$/.test(code)) { setProblem({ message: 'A code has six digits.' }); input.current?.focus(); return }
    setBusy(true)
    try {
      await http.post(`${apiRoot}/step-up`, { code })
      close(true)
    } catch (thrown) {
      const error = asApiError(thrown)
      setProblem(error)
      setCode('')
      input.current?.focus()
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal
      open title="Authenticator code" width={380} onCancel={() => { close(false) }} zIndex={1300} afterOpenChange={open => { if (open) input.current?.focus() }}
      footer={[<Button key="no" onClick={() => { close(false) }}>Cancel</Button>, <Button key="yes" type="primary" loading={busy} onClick={() => void submit()}>Continue</Button>]}
    >
      <form className="step-up" onSubmit={event => void submit(event)}>
        <p className="hint" id="step-up-hint">Asked once in ten minutes. The act is recorded.</p>
        <input
          ref={input} aria-label="Six digits" aria-describedby="step-up-hint" aria-invalid={problem !== null} data-testid="step-up-code" className="digits" inputMode="numeric" autoComplete="one-time-code" maxLength={6}
          value={code} onChange={event => { setCode(event.target.value.replace(/\D/g, '').slice(0, 6)) }}
        />
        {problem && <p className="field-error" role="alert">{problem.message}{problem.code === 'second_factor_required' && <> <a href="/second-factor">Set it up</a></>}</p>}
      </form>
    </Modal>
  )
}
