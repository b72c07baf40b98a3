import type { ReactNode } from 'react'
import { Link } from 'react-router'

interface Props {
  /** Part of the test id: `metric-<name>`. */
  name: string
  label: string
  /** The figure as it is read. */
  value: ReactNode
  /** Its exact value, on hover. */
  exact?: string
  /** One line below: trend, comparison, or a fact. */
  detail?: ReactNode
  /** Where the figure opens. Without it the figure is not clickable and does not react. */
  to?: string
  onOpen?: () => void
}

/** One figure of a strip: label, number, one line. A figure that was computed is a door. */
export const MetricCard = ({ name, label, value, exact, detail, to, onOpen }: Props) => {
  const content = (
    <>
      <span className="metric-label">{label}</span>
      <span className="metric-value" title={exact}>{value}</span>
      <span className="metric-detail">{detail ?? '\u00a0'}</span>
    </>
  )
  if (to) return <Link className="metric door" data-testid={`metric-${name}`} to={to}>{content}</Link>
  if (onOpen) return <button type="button" className="metric door" data-testid={`metric-${name}`} onClick={onOpen}>{content}</button>
  return <div className="metric" data-testid={`metric-${name}`}>{content}</div>
}

/** MetricCards side by side in one box, hairlines between. */
export const FigureStrip = ({ label, children }: { label: string; children: ReactNode }) => <div className="strip" role="group" aria-label={label}>{children}</div>
