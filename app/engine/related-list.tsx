import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { Related } from '../../resources/engine/define-resource.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { lower } from './format.ts'
import { parseListQuery, type ListQuery } from './list-query.ts'
import { ResourceList } from './resource-list.tsx'

/** A tab of a record: the generated list of rows that point at it. */
export const RelatedList = ({ related, resource, id }: { related: Related; resource: ManifestResource; id: string }) => {
  const fixed = useMemo(() => [{ field: related.by, op: 'eq' as const, value: id }], [related.by, id])
  const [query, setQuery] = useState<ListQuery>(() => { const { unknown: _, ...start } = parseListQuery('', resource); return start })
  const create = resource.can.create && resource.fields[related.by]?.creatable && (
    <Link className="ant-btn qd-link-button" data-testid="action-create" to={`/${resource.name}/new?${new URLSearchParams({ [related.by]: id }).toString()}`}><Plus size={14} aria-hidden="true" />New {lower(resource.label[0])}</Link>
  )
  return (
    <div className="related">
      {create && <div className="related-tools">{create}</div>}
      <ResourceList resource={resource} query={query} setQuery={setQuery} fixed={fixed} columns={related.columns} search={`?${new URLSearchParams({ [related.by]: id }).toString()}`} create={create || undefined} />
    </div>
  )
}
