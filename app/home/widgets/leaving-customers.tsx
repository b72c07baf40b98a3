import { ViewFigure } from '../view-figure.tsx'
import { readable, type Widget } from '../widget.ts'

/** How many customers have cancelled and are still here? */
export const widget: Widget = {
  name: 'leaving-customers', label: 'Customers who leave', kind: 'figure',
  shown: manifest => readable(manifest, 'customers')?.list.views.cancelling !== undefined,
  View: () => <ViewFigure resource="customers" view="cancelling" label="Customers who leave" />,
}
