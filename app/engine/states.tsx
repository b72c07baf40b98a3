import { Button, Skeleton } from 'antd'
import { Lock, Unplug } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { ApiError } from './api-error.ts'
import { useManifest } from './manifest.tsx'
import { EmptyQuadrant } from './quadrant.tsx'

/** A sentence or two in the middle of where the rows would be, and what one can do. */
export const State = ({ picture, title, children, actions, foot, testId }: { picture?: ReactNode; title: string; children?: ReactNode; actions?: ReactNode; foot?: ReactNode; testId?: string }) => (
  <div className="state" data-testid={testId}>
    {picture}
    <h2>{title}</h2>
    {children && <p>{children}</p>}
    {actions && <div className="state-actions">{actions}</div>}
    {foot}
  </div>
)

export const EmptyState = ({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) => <State testId="state-empty" picture={<EmptyQuadrant />} title={title} actions={actions}>{children}</State>

/** What a failed load says: the reason, that nothing changed, and a request id to name. */
export const LoadError = ({ what, error, onRetry }: { what: string; error: ApiError; onRetry?: () => void }) => {
  const copy = (): void => {
    const details = [what, error.message, error.code, error.requestId, new Date().toISOString(), location.href].filter(Boolean).join('\n')
    void navigator.clipboard.writeText(details).catch(() => undefined)
  }
  return (
    <State
      testId="state-error" picture={<Unplug size={20} strokeWidth={1.75} color="var(--qd-negative-text)" aria-hidden="true" />} title={`${what} could not be loaded`}
      actions={<>{onRetry && <Button type="primary" onClick={onRetry}>Try again</Button>}<Button onClick={copy}>Copy details</Button></>}
      foot={error.requestId && <p className="mono request-id">{error.requestId}</p>}
    >
      {error.message} Nothing was changed.
    </State>
  )
}

/** For a resource whose existence is no secret. */
export const NoPermission = ({ what }: { what: string }) => {
  const { me } = useManifest()
  return (
    <State testId="state-no-permission" picture={<Lock size={20} strokeWidth={1.75} aria-hidden="true" />} title={`${what} is not yours to open`} actions={<Link to="/" className="ant-btn qd-link-button">Back</Link>}>
      Your role, {me.roleLabel.toLowerCase()}, has no access. An administrator can give it to you.
    </State>
  )
}

export const NotFound = ({ what = 'This page' }: { what?: string }) => (
  <State testId="state-not-found" title={`${what} does not exist`} actions={<Link to="/" className="ant-btn qd-link-button">Back</Link>}>It was removed, or it is not yours to see.</State>
)

/** True once `on` has lasted `ms`: a fast load shows no skeleton, a fast refetch does not dim. */
export const useLasting = (on: boolean, ms: number): boolean => {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!on) { setLasting(false); return }
    const timer = setTimeout(() => { setLasting(true) }, ms)
    return () => { clearTimeout(timer) }
  }, [on, ms])
  return on && lasting
}

const widths = [54, 46, 60, 40, 58, 44, 50, 56, 42]

/** Rows to come, on a first load only and only after 200 ms. */
export const SkeletonRows = ({ rows = 12 }: { rows?: number }) => {
  const late = useLasting(true, 200)
  return (
    <div className="skeleton" role="status" aria-busy="true" aria-label="Loading">
      {late && Array.from({ length: rows }, (_, i) => (
        <div key={i} className="skeleton-row"><i style={{ width: 18 }} /><i style={{ width: `${widths[i % widths.length]! / 2}%` }} /><span /><i style={{ width: 64 }} /><i style={{ width: 48 }} /></div>
      ))}
    </div>
  )
}

export const SkeletonPage = () => {
  const late = useLasting(true, 200)
  return <div className="skeleton-page" role="status" aria-busy="true" aria-label="Loading">{late && <Skeleton active={false} title paragraph={{ rows: 6 }} />}</div>
}
