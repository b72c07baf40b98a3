import { Moment } from '../../engine/fields/instant.tsx'
import { FewRows } from '../few-rows.tsx'
import { readable, type Widget } from '../widget.ts'

const NewestCustomers = () => (
  <FewRows
    name="newest-customers" resource="customers" title="Newest customers" search="_sort=createdAt&_order=desc" to="/customers" all="All customers" none="There are no customers yet."
    meta={row => <><span className="muted home-meta">{String(row.plan ?? '')}</span><span className="muted home-when">{typeof row.createdAt === 'string' && <Moment iso={row.createdAt} />}</span></>}
  />
)

/** Who became a customer last? */
export const widget: Widget = { name: 'newest-customers', label: 'Newest customers', kind: 'panel', shown: manifest => readable(manifest, 'customers', 'createdAt') !== undefined, View: NewestCustomers }
