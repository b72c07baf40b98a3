import { money } from '../../engine/format.ts'
import { useManifest, useResource } from '../../engine/manifest.tsx'
import { FewRows } from '../few-rows.tsx'
import { readable, type Widget } from '../widget.ts'

const PastDue = () => {
  const { book } = useManifest()
  const customers = useResource('customers')
  return (
    <FewRows
      name="past-due" resource="customers" title="Past due" search={`status=past_due&_sort=${customers?.fields.mrr?.sortable ? 'mrr' : 'createdAt'}&_order=desc`} to="/customers?_view=pastDue" all="All past due" none="Nobody is past due."
      meta={row => <><span className="muted home-meta">{String(row.plan ?? '')}</span>{typeof row.mrr === 'number' && <span className="home-when">{money(row.mrr, book.currency)}</span>}</>}
    />
  )
}

/** Who owes a payment that failed, the largest first? */
export const widget: Widget = { name: 'past-due', label: 'Past due', kind: 'panel', shown: manifest => readable(manifest, 'customers', 'status') !== undefined, View: PastDue }
