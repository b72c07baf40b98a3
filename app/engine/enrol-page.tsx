import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { AlertBanner } from './alert-banner.tsx'
import { asApiError, type ApiError } from './api-error.ts'
import { CopyButton } from './copy-button.tsx'
import { apiRoot, http } from './http.ts'
import { useManifest } from './manifest.tsx'
import { Panel } from './panel.tsx'

interface Begun { uri: string; secret: string; backupCodes: string[] }

const inFours = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')

/** Sets up an authenticator: secret and backup codes, shown once, then the first code. Nothing else opens for a role that must have one. */
export const EnrolPage = () => {
  const { me } = useManifest()
  const [begun, setBegun] = useState<Begun | null>(null)
  const [asksPassword, setAsksPassword] = useState(false)
  const [problem, setProblem] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)
  const [form] = Form.useForm<{ password?: string; code?: string }>()

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try { await work() } catch (thrown) {
      const error = asApiError(thrown)
      if ('password' in error.errors) setAsksPassword(true)
      const known = Object.entries(error.errors).filter(([field]) => field === 'code' || (field === 'password' && asksPassword))
      for (const [field, errors] of known) form.setFields([{ name: field as 'code' | 'password', errors }])
      if (known.length === 0 && !('password' in error.errors) && error.code !== 'step_up_cancelled') setProblem(error)
    } finally { setBusy(false) }
  }

  const begin = (): Promise<void> => attempt(async () => {
    const password = form.getFieldValue('password') as string | undefined
    setBegun((await http.post<Begun>(`${apiRoot}/second-factor/enrol`, password ? { password } : {})).data)
  })
  const verify = (): Promise<void> => attempt(async () => {
    await http.post(`${apiRoot}/second-factor/verify`, { code: String(form.getFieldValue('code') ?? '').replace(/\D/g, '') })
    location.assign('/')
  })

  return (
    <div className="enrol">
      <div>
        <h1>Set up your authenticator</h1>
        <p className="dialog-text">{me.mustEnrol ? `Your role, ${me.roleLabel.toLowerCase()}, signs in with a second factor.` : 'A code from your phone protects your sign-in and money.'} Any authenticator app does.</p>
        {problem && <AlertBanner tone="negative" title={problem.message} />}
        <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void (begun ? verify() : begin())}>
          {!begun ? (
            <>
              {asksPassword && <Form.Item name="password" label="Your password" extra="You signed in a while ago."><Input.Password autoComplete="current-password" autoFocus /></Form.Item>}
              <Button type="primary" htmlType="submit" loading={busy}>Begin</Button>
            </>
          ) : (
            <>
              <Panel title="1. Add this key to your app">
                <p className="with-copy"><span className="mono" data-testid="totp-secret">{inFours(begun.secret)}</span><CopyButton text={begun.secret} what="key" /></p>
                <p className="hint">On a phone, <a href={begun.uri}>open it in the app</a>.</p>
              </Panel>
              <Panel title="2. Keep these backup codes" aside={<CopyButton text={begun.backupCodes.join('\n')} what="backup codes" />}>
                <ul className="backup-codes mono">{begun.backupCodes.map(code => <li key={code}>{code}</li>)}</ul>
                <p className="hint">Each signs you in once without the app. They are not shown again.</p>
              </Panel>
              <Form.Item name="code" label="3. The code your app shows now"><Input size="large" inputMode="numeric" autoComplete="one-time-code" maxLength={9} data-testid="field-code" /></Form.Item>
              <Button type="primary" htmlType="submit" loading={busy}>Finish</Button>
            </>
          )}
        </Form>
      </div>
    </div>
  )
}
