import { ViewFigure } from '../view-figure.tsx'
import { readable, type Widget } from '../widget.ts'

/** How many tickets should have been answered by now? */
export const widget: Widget = {
  name: 'overdue-tickets', label: 'Tickets past their reply time', kind: 'figure',
  shown: manifest => readable(manifest, 'tickets')?.list.views.overdue !== undefined,
  View: () => <ViewFigure resource="tickets" view="overdue" label="Tickets past their reply time" alarm />,
}
