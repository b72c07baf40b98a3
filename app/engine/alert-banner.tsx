import { CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

type Tone = 'info' | 'caution' | 'negative' | 'positive'
const icons: Record<Tone, LucideIcon> = { info: Info, caution: TriangleAlert, negative: TriangleAlert, positive: CircleCheck }

interface Props { tone: Tone; title: ReactNode; children?: ReactNode; actions?: ReactNode; icon?: LucideIcon; testId?: string; live?: boolean }

/** One notice: what is wrong, what it means, what one can do. At most one above the figures of a page. */
export const AlertBanner = ({ tone, title, children, actions, icon, testId, live = true }: Props) => {
  const Icon = icon ?? icons[tone]
  return (
    <div className={`notice ${tone}`} role={live ? (tone === 'negative' ? 'alert' : 'status') : undefined} data-testid={testId}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <div className="note"><b>{title}</b>{children && <> {children}</>}</div>
      {actions && <div className="notice-actions">{actions}</div>}
    </div>
  )
}
