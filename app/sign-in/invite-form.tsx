import { useState, type FormEvent } from 'react'
import { post, sentence, type Answer } from './post.ts'

const minimum = 12

const fieldErrors = (answer: Answer): Record<string, string> => {
  const errors = answer.body.errors
  if (typeof errors !== 'object' || errors === null) return {}
  return Object.fromEntries(Object.entries(errors).map(([field, said]) => [field, Array.isArray(said) ? said.join(' ') : String(said)]))
}

/** Sets the first password, or a new one, behind a single-use link. */
export const InviteForm = ({ token }: { token: string }) => {
  const [problem, setProblem] = useState<string | null>(null)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    if (busy) return
    const { name = '', password = '' } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
    if (password.length < minimum) { setErrors({ password: `At least ${minimum} characters.` }); return }
    setBusy(true)
    const answer = await post('/v1/invite/accept', { token, password, ...(name.trim() ? { name: name.trim() } : {}) })
    setBusy(false)
    if (answer.status >= 200 && answer.status < 300) { location.assign('/'); return }
    const said = fieldErrors(answer)
    setErrors(said)
    setProblem(Object.keys(said).length > 0 ? null : sentence(answer, answer.status === 404 || answer.status === 410 || typeof answer.body.message !== 'string'
      ? 'This link was used or has run out. An administrator can send you a new one.' : answer.body.message))
  }

  return (
    <form onSubmit={event => void submit(event)} noValidate>
      <h1>Set your password</h1>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="field">
        <div className="row"><label htmlFor="name">Your name</label><span className="hint">optional</span></div>
        <input id="name" name="name" autoComplete="name" maxLength={200} aria-invalid={errors.name !== undefined} aria-describedby={errors.name ? 'name-error' : undefined} />
        {errors.name && <p className="hint" id="name-error" role="alert">{errors.name}</p>}
      </div>
      <div className="field">
        <div className="row"><label htmlFor="password">New password</label></div>
        <input id="password" name="password" type="password" autoComplete="new-password" required aria-invalid={errors.password !== undefined} aria-describedby="password-hint" />
        <p className="hint" id="password-hint" role={errors.password ? 'alert' : undefined}>{errors.password ?? `At least ${minimum} characters.`}</p>
      </div>
      <button type="submit" className="primary" aria-disabled={busy}>Set password</button>
    </form>
  )
}
