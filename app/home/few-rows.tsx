import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Row } from '../engine/fields/kit.ts'
import { useResource } from '../engine/manifest.tsx'
import { Panel } from '../engine/panel.tsx'
import { titleOf } from '../engine/record.tsx'
import { LoadError } from '../engine/states.tsx'
import { useLatest } from './home-answers.ts'

interface Props { name: string; resource: string; title: string; /** A query of the list, without paging. */ search: string; /** The list behind it, and how the link is called. */ to: string; all: string; none: string; meta: (row: Row) => ReactNode }

/** The first rows of a list, each a link, and the way to all of them. */
export const FewRows = ({ name, resource: resourceName, title, search, to, all, none, meta }: Props) => {
  const resource = useResource(resourceName)
  const { data, error, retry } = useLatest(resourceName, `${search}&_start=0&_end=6`)
  if (!resource) return null
  return (
    <Panel flush title={title} testId={`widget-${name}`} aside={data && data.total > 0 && <Link to={to}>{all}</Link>}>
      {error && !data ? <LoadError what={title} error={error} onRetry={retry} /> : !data ? <div className="home-wait" aria-busy="true" /> : data.rows.length === 0 ? <p className="home-none">{none}</p> : (
        <ul className="home-rows">{data.rows.map(row => <li key={row.id}><Link to={`/${resource.name}/${row.id}`} className="name" dir="auto">{titleOf(resource, row)}</Link>{meta(row)}</li>)}</ul>
      )}
    </Panel>
  )
}
