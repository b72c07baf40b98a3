import { useEffect, useState, type FormEvent } from 'react'
import { post, sentence, type Answer } from './post.ts'

const minimum = 12
const dead = 'This link was used or has run out. An administrator can send you a new one.'

interface Invited { name: string; email: string; kind: string }

const fieldErrors = (answer: Answer): Record<string, string> => {
  const errors = answer.body.errors
  if (typeof errors !== 'object' || errors === null) return {}
  return Object.fromEntries(Object.entries(errors).map(([field, said]) => [field, Array.isArray(said) ? said.join(' ') : String(said)]))
}

/** Sets the first password, or a new one, behind a single-use link. Nobody is signed in by it. */
export const InviteForm = ({ token }: { token: string }) => {
  const [invited, setInvited] = useState<Invited | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    void fetch(`/v1/invite/${encodeURIComponent(token)}`).then(async response => {
      if (response.ok) setInvited((await response.json()) as Invited)
      else setProblem(response.status < 500 && response.status !== 429 ? dead : 'The server could not answer. Try again in a moment.')
    }, () => { setProblem('The server cannot be reached. Check the connection and try again.') })
  }, [token])

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    if (busy) return
    const { name = '', password = '' } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
    if (password.length < minimum) { setErrors({ password: `At least ${minimum} characters.` }); return }
    setBusy(true)
    const answer = await post('/v1/invite/accept', { token, password, ...(name.trim() ? { name: name.trim() } : {}) })
    setBusy(false)
    if (answer.status >= 200 && answer.status < 300) { location.assign('/sign-in'); return }
    const said = fieldErrors(answer)
    setErrors(said)
    setProblem(Object.keys(said).length > 0 ? null : sentence(answer, dead))
  }

  if (!invited) return <div><h1>Set your password</h1>{problem && <p className="problem" role="alert">{problem}</p>}</div>
  return (
    <form onSubmit={event => void submit(event)} noValidate>
      <h1>{invited.kind === 'invitation' ? 'Welcome to Quarterdeck' : 'Set a new password'}</h1>
      <p className="lead">You sign in as {invited.email}.</p>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <input type="hidden" name="username" autoComplete="username" value={invited.email} readOnly />
      {invited.kind === 'invitation' && (
        <div className="field">
          <div className="row"><label htmlFor="name">Your name</label></div>
          <input id="name" name="name" autoComplete="name" defaultValue={invited.name} maxLength={200} aria-invalid={errors.name !== undefined} aria-describedby={errors.name ? 'name-error' : undefined} />
          {errors.name && <p className="hint" id="name-error" role="alert">{errors.name}</p>}
        </div>
      )}
      <div className="field">
        <div className="row"><label htmlFor="password">New password</label></div>
        <input id="password" name="password" type="password" autoComplete="new-password" required aria-invalid={errors.password !== undefined} aria-describedby="password-hint" />
        <p className="hint" id="password-hint" role={errors.password ? 'alert' : undefined}>{errors.password ?? `At least ${minimum} characters.`}</p>
      </div>
      <button type="submit" className="primary" aria-disabled={busy}>Set password</button>
    </form>
  )
}
