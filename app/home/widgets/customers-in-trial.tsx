import { ViewFigure } from '../view-figure.tsx'
import { readable, type Widget } from '../widget.ts'

/** How many customers try the product? */
export const widget: Widget = {
  name: 'customers-in-trial', label: 'Customers in trial', kind: 'figure',
  shown: manifest => readable(manifest, 'customers')?.list.views.trial !== undefined,
  View: () => <ViewFigure resource="customers" view="trial" label="Customers in trial" />,
}
