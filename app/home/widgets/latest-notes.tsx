import { Moment } from '../../engine/fields/instant.tsx'
import { RelationName } from '../../engine/fields/relation.tsx'
import { FewRows } from '../few-rows.tsx'
import { readable, type Widget } from '../widget.ts'

const LatestNotes = () => (
  <FewRows
    name="latest-notes" resource="notes" title="Latest notes" search="_sort=createdAt&_order=desc" to="/notes" all="All notes" none="Nobody wrote a note yet."
    meta={row => <><span className="muted home-meta"><RelationName resource="customers" id={String(row.customerId)} link={false} /></span><span className="muted home-when"><Moment iso={String(row.createdAt)} /></span></>}
  />
)

/** What did colleagues write last? */
export const widget: Widget = { name: 'latest-notes', label: 'Latest notes', kind: 'panel', shown: manifest => readable(manifest, 'notes', 'customerId', 'createdAt') !== undefined, View: LatestNotes }
