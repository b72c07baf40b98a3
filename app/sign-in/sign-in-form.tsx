import { useEffect, useRef, useState, type FormEvent } from 'react'
import { post, sentence } from './post.ts'
import { returnPath } from './return-path.ts'

interface DemoPerson { email: string; name: string; role: string }
/** Whose panel this is; in the demo also who can sign in. */
interface Greeting { company?: string; password?: string; people?: DemoPerson[] }

const readGreeting = async (): Promise<Greeting> => {
  const response = await fetch('/v1/demo').catch(() => null)
  return response?.ok ? ((await response.json().catch(() => ({}))) as Greeting) : {}
}

/** Email and password, then, where the account has one, the second factor. */
export const SignInForm = () => {
  const [step, setStep] = useState<'password' | 'code' | 'backup'>('password')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [{ company, password: shared, people = [] }, setGreeting] = useState<Greeting>({})
  const [forgotten, setForgotten] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)

  useEffect(() => { void readGreeting().then(setGreeting) }, [])
  useEffect(() => { first.current?.focus() }, [step])

  const done = (): void => { location.assign(returnPath(location.search)) }

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    if (busy) return
    const values = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
    setBusy(true)
    const answer = step === 'password' ? await post('/api/auth/sign-in/email', { email: values.email?.trim(), password: values.password })
      : step === 'code' ? await post('/api/auth/two-factor/verify-totp', { code: values.code?.replace(/\D/g, '') })
      : await post('/api/auth/two-factor/verify-backup-code', { code: values.code?.trim() })
    setBusy(false)
    if (answer.status === 200 && answer.body.twoFactorRedirect === true) { setProblem(null); setStep('code'); return }
    if (answer.status === 200) { done(); return }
    setProblem(sentence(answer, step === 'password' ? 'That email and password do not match.'
      : step === 'code' ? 'That code is not right. Codes change every 30 seconds.' : 'That backup code is not right, or it was used before.'))
    first.current?.focus()
  }

  const fill = (person: DemoPerson): void => {
    if (first.current) first.current.value = person.email
    if (password.current && shared) password.current.value = shared
    password.current?.form?.requestSubmit()
  }

  return (
    <form onSubmit={event => void submit(event)} noValidate>
      <h1>{step === 'password' ? (company ? `Sign in to ${company}` : 'Sign in') : step === 'code' ? 'Authenticator code' : 'Backup code'}</h1>
      {step !== 'password' && <p className="lead">{step === 'code' ? 'Six digits from your authenticator app.' : 'One of the codes you kept when you set up the second factor. Each works once.'}</p>}
      {problem && <p className="problem" role="alert" id="problem">{problem}</p>}
      {step === 'password' ? (
        <>
          <div className="field">
            <div className="row"><label htmlFor="email">Work email</label></div>
            <input ref={first} id="email" name="email" type="email" autoComplete="username" required aria-invalid={problem !== null} aria-describedby={problem ? 'problem' : undefined} />
          </div>
          <div className="field">
            <div className="row">
              <label htmlFor="password">Password</label>
              <button type="button" className="plain" aria-expanded={forgotten} onClick={() => setForgotten(!forgotten)}>Forgotten?</button>
            </div>
            <input ref={password} id="password" name="password" type="password" autoComplete="current-password" required aria-invalid={problem !== null} />
            {forgotten && <p className="hint" role="status">An administrator can send you a link to set a new one.</p>}
          </div>
        </>
      ) : (
        <div className="field" key={step}>
          <div className="row"><label htmlFor="code">{step === 'code' ? 'Code' : 'Backup code'}</label></div>
          <input ref={first} id="code" name="code" inputMode={step === 'code' ? 'numeric' : 'text'} autoComplete="one-time-code" maxLength={32} required aria-invalid={problem !== null} />
        </div>
      )}
      <button type="submit" className="primary" aria-disabled={busy}>Continue</button>
      {step !== 'password' && (
        <p className="after">
          <button type="button" className="plain" onClick={() => { setProblem(null); setStep(step === 'code' ? 'backup' : 'code') }}>
            {step === 'code' ? 'Use a backup code' : 'Use the authenticator app'}
          </button>
        </p>
      )}
      {shared && people.length > 0 && step === 'password' && (
        <div className="demo">
          This is a demo company. Sign in as
          <ul>{people.map(person => <li key={person.email}><button type="button" title={`${person.name}, ${person.email}`} onClick={() => fill(person)}>{person.email.split('@')[0]}</button></li>)}</ul>
        </div>
      )}
    </form>
  )
}
