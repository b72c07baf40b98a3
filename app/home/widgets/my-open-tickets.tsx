import { ViewFigure } from '../view-figure.tsx'
import { readable, type Widget } from '../widget.ts'

/** How many tickets wait for this person? */
export const widget: Widget = {
  name: 'my-open-tickets', label: 'My open tickets', kind: 'figure',
  shown: manifest => readable(manifest, 'tickets')?.list.views.mine !== undefined && readable(manifest, 'tickets')?.can.update === true,
  View: () => <ViewFigure resource="tickets" view="mine" label="My open tickets" />,
}
