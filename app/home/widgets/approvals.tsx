import { ViewFigure } from '../view-figure.tsx'
import { readable, type Widget } from '../widget.ts'

/** How many acts of others wait for this person to agree? */
export const widget: Widget = {
  name: 'approvals', label: 'Waiting for my approval', kind: 'figure',
  shown: manifest => readable(manifest, 'operations')?.list.views.approvals !== undefined,
  View: () => <ViewFigure resource="operations" view="approvals" label="Waiting for my approval" />,
}
