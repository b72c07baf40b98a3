import { createElement, lazy, Suspense, useState, type ComponentType, type ReactNode } from 'react'
import { Panel } from './panel.tsx'

interface Props<P> {
  title: ReactNode
  /** One sentence with the finding: the name of the picture for those who do not see it. */
  finding: string
  /** The chart itself, in a chunk of its own: `() => import('./mrr-chart.tsx')`. */
  load: () => Promise<{ default: ComponentType<P> }>
  props: P
  /** Height in px, fixed, so that nothing jumps while the chart loads. */
  height: number
  /** The same data as a table. */
  table: ReactNode
  /** Drawn below the shapes and shown while the chart loads: grid, axis values, names of the slots. */
  under?: ReactNode
  /** Above the shapes and outside of the picture: what can be focused and pressed. */
  over?: ReactNode
  aside?: ReactNode
  testId?: string
}

const charts = new WeakMap<object, ComponentType<any>>()
const lazily = <P,>(load: Props<P>['load']): ComponentType<P> => {
  const known = charts.get(load)
  if (known) return known as ComponentType<P>
  const made = lazy(load) as unknown as ComponentType<P>
  charts.set(load, made)
  return made
}

/** A panel with a lazily loaded chart, its finding in words and a table of the same data. `load` must be one constant function. */
export const ChartWidget = <P extends object>({ title, finding, load, props, height, table, under, over, aside, testId }: Props<P>) => {
  const [asTable, setAsTable] = useState(false)
  return (
    <Panel title={title} testId={testId} aside={<div className="panel-tools">{aside}<button type="button" className="quiet" aria-pressed={asTable} onClick={() => { setAsTable(!asTable) }}>{asTable ? 'View as chart' : 'View as table'}</button></div>}>
      {asTable ? <div className="chart-table" style={{ minHeight: height }}>{table}</div> : (
        <div className="chart-box" style={{ height }}>
          {under && <div aria-hidden="true">{under}</div>}
          <figure role="img" aria-label={finding} className="chart-figure"><Suspense fallback={null}>{createElement(lazily(load), props)}</Suspense></figure>
          {over}
        </div>
      )}
    </Panel>
  )
}
