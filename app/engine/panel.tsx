import type { ReactNode } from 'react'

/** A sheet with a hairline round it: title, an optional link or control at the right, content. `flush` lets a table reach its edges. */
export const Panel = ({ title, aside, flush, children, testId }: { title?: ReactNode; aside?: ReactNode; flush?: boolean; children: ReactNode; testId?: string }) => (
  <section className={`panel ${flush ? 'flush' : ''}`} data-testid={testId}>
    {title && <div className="panel-head"><h2>{title}</h2>{aside}</div>}
    {children}
  </section>
)

/** Label and value, one below the other. */
export const Facts = ({ items }: { items: readonly { key: string; label: string; value: ReactNode; testId?: string; note?: ReactNode }[] }) => (
  <dl className="facts">
    {items.map(item => <div key={item.key} data-testid={item.testId}><dt>{item.label}</dt><dd>{item.value}{item.note && <span className="fact-note">{item.note}</span>}</dd></div>)}
  </dl>
)
