import { money } from '../../engine/format.ts'
import { useManifest } from '../../engine/manifest.tsx'
import { FewRows } from '../few-rows.tsx'
import { readable, type Widget } from '../widget.ts'

const TopCustomers = () => {
  const { book } = useManifest()
  return (
    <FewRows
      name="top-customers" resource="customers" title="Top customers" search="mrr_gt=0&_sort=mrr&_order=desc" to="/customers?_sort=mrr&_order=desc" all="All by MRR" none="Nobody pays yet."
      meta={row => <><span className="muted home-meta">{String(row.plan ?? '')}</span><span className="home-when">{typeof row.mrr === 'number' && money(row.mrr, book.currency)}</span></>}
    />
  )
}

/** Which customers are worth most a month? */
export const widget: Widget = { name: 'top-customers', label: 'Top customers', kind: 'panel', shown: manifest => readable(manifest, 'customers', 'mrr')?.fields.mrr?.sortable === true, View: TopCustomers }
