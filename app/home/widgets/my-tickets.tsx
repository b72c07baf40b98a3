import { Moment } from '../../engine/fields/instant.tsx'
import { useManifest, useResource } from '../../engine/manifest.tsx'
import { Value } from '../../engine/record.tsx'
import { FewRows } from '../few-rows.tsx'
import { readable, type Widget } from '../widget.ts'

const MyTickets = () => {
  const { me } = useManifest()
  const tickets = useResource('tickets')
  return tickets && (
    <FewRows
      name="my-tickets" resource="tickets" title="My tickets" search={`assigneeId=${me.id}&status_in=open&status_in=waiting&_sort=dueAt&_order=asc`} to="/tickets?_view=mine" all="All of mine" none="Nothing waits for you."
      meta={row => <><span className="home-meta"><Value resource={tickets} row={row} name="priority" place="table" /></span><span className="muted home-when">{typeof row.dueAt === 'string' ? <>due <Moment iso={row.dueAt} /></> : ''}</span></>}
    />
  )
}

/** Which tickets wait for this person, the most urgent first? */
export const widget: Widget = { name: 'my-tickets', label: 'My tickets', kind: 'panel', shown: manifest => readable(manifest, 'tickets', 'assigneeId', 'dueAt')?.can.update === true, View: MyTickets }
