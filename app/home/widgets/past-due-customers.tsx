import { ViewFigure } from '../view-figure.tsx'
import { readable, type Widget } from '../widget.ts'

/** How many customers owe a payment that failed? */
export const widget: Widget = {
  name: 'past-due-customers', label: 'Customers past due', kind: 'figure',
  shown: manifest => readable(manifest, 'customers')?.list.views.pastDue !== undefined,
  View: () => <ViewFigure resource="customers" view="pastDue" label="Customers past due" alarm />,
}
