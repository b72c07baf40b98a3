import { useMemo } from 'react'
import { count } from '../engine/format.ts'
import { knowsField, leavesOf } from '../engine/list-query.ts'
import { useResource } from '../engine/manifest.tsx'
import { MetricCard } from '../engine/metric-card.tsx'
import { useCount } from '../engine/records.ts'

/** How many rows a scope tab of a list holds; opens that tab. `alarm`: any at all is bad news. */
export const ViewFigure = ({ resource: name, view, label, alarm }: { resource: string; view: string; label: string; alarm?: boolean }) => {
  const resource = useResource(name)
  const found = resource?.list.views[view]
  const leaves = useMemo(() => (resource && found ? leavesOf(found.filter, knowsField(resource)) : []), [resource, found])
  const n = useCount(found ? resource : undefined, leaves)
  if (!resource || !found) return null
  return <MetricCard name={`${name}-${view}`} label={label} to={`/${name}?_view=${view}`} value={n === undefined ? '\u00a0' : <span className={alarm && n > 0 ? 'negative-text' : ''}>{count(n)}</span>} />
}
