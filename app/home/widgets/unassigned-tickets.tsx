import { ViewFigure } from '../view-figure.tsx'
import { readable, type Widget } from '../widget.ts'

/** How many tickets has nobody taken? */
export const widget: Widget = {
  name: 'unassigned-tickets', label: 'Tickets nobody has taken', kind: 'figure',
  shown: manifest => readable(manifest, 'tickets')?.list.views.unassigned !== undefined,
  View: () => <ViewFigure resource="tickets" view="unassigned" label="Tickets nobody has taken" />,
}
