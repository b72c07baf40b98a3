import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Panel } from '../engine/panel.tsx'
import type { Loaded } from '../engine/records.ts'
import { LoadError } from '../engine/states.tsx'

interface Props<T> { name: string; title: string; answer: Loaded<T>; /** The list or page behind the figure. */ to: string; all: string; /** Is there nothing to show yet, and what to say then? */ none: (data: T) => string | null; children: (data: T) => ReactNode }

/** A panel around one answer of the server: waiting, failed, nothing yet, or what it shows. */
export const FigurePanel = <T,>({ name, title, answer: { data, error, retry }, to, all, none, children }: Props<T>) => {
  const nothing = data === undefined ? null : none(data)
  return (
    <Panel title={title} testId={`widget-${name}`} aside={data !== undefined && <Link to={to}>{all}</Link>}>
      {error && data === undefined ? <LoadError what={title} error={error} onRetry={retry} /> : data === undefined ? <div className="home-wait" aria-busy="true" /> : nothing !== null ? <p className="home-nothing">{nothing}</p> : children(data)}
    </Panel>
  )
}
