import { Link } from 'react-router'
import { Moment } from '../engine/fields/instant.tsx'
import { RelationName } from '../engine/fields/relation.tsx'
import type { Row } from '../engine/fields/kit.ts'
import { count } from '../engine/format.ts'
import { HistoryList } from '../engine/history-list.tsx'
import { useResource } from '../engine/manifest.tsx'
import { Facts, Panel } from '../engine/panel.tsx'
import { QuickField } from '../engine/quick-field.tsx'
import { Avatar, Value } from '../engine/record.tsx'
import { RecordActions } from '../engine/record-actions.tsx'
import { RecordHead } from '../engine/record-head.tsx'
import { useRow } from '../engine/records.ts'
import { LoadError, NotFound, SkeletonPage } from '../engine/states.tsx'
import { useTitle } from '../engine/titles.tsx'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import type { RecordPageProps } from '../pages.ts'
import { ReplyBox } from './reply-box.tsx'
import { useReplies, type Reply } from './ticket-answers.ts'
import './support.css'

const Said = ({ who, body, at, kind }: { who: string; body: string; at: string; kind: 'question' | 'public' | 'internal' }) => {
  return (
    <li className={`said ${kind}`} data-testid={`said-${kind}`}>
      <Avatar name={who} round />
      <div>
        <p className="said-head"><b dir="auto">{who}</b>{kind === 'internal' && <span className="tag">Among colleagues</span>}<span className="when"><Moment iso={at} /></span></p>
        <p className="prose" dir="auto">{body}</p>
      </div>
    </li>
  )
}

const SaidReply = ({ reply }: { reply: Reply }) => {
  const colleague = useTitle('people', reply.authorId)
  const user = useTitle('users', reply.userId)
  return <Said who={colleague ?? user ?? (reply.userId ? 'The customer' : 'A colleague')} body={reply.body} at={reply.createdAt} kind={reply.kind} />
}

const Conversation = ({ ticket }: { ticket: Row }) => {
  const replies = useResource('replies')
  const asker = useTitle('users', ticket.requesterId as string | null)
  const { data, error, retry } = useReplies(ticket.id, replies !== undefined)
  return (
    <Panel title="Conversation" testId="conversation" aside={data && data.total > data.rows.length && <Link to={`/replies?ticketId=${ticket.id}`}>All {count(data.total)} answers</Link>}>
      <ol className="conversation">
        <Said who={asker ?? 'The customer'} body={String(ticket.body ?? ticket.subject)} at={String(ticket.createdAt)} kind="question" />
        {data?.rows.map(reply => <SaidReply key={reply.id} reply={reply} />)}
      </ol>
      {error && !data && <LoadError what="The answers" error={error} onRetry={retry} />}
      {replies?.can.create && <ReplyBox key={ticket.id} ticketId={ticket.id} to={asker ?? null} />}
    </Panel>
  )
}

/** Who asks: what this person may read of the customer, without leaving the ticket. */
const CustomerFacts = ({ id }: { id: string }) => {
  const customers = useResource('customers')
  const { data: row, error, retry } = useRow('customers', id)
  if (!customers) return null
  const names = ['status', 'plan', 'mrr', 'seats', 'renewsAt', 'ownerId', 'email', 'tags', 'access'].filter(name => customers.fields[name])
  return (
    <Panel title="Customer" testId="panel-customer" aside={<Link to={`/customers/${id}`}>Open</Link>}>
      {error && !row ? <LoadError what="The customer" error={error} onRetry={retry} /> : row && (
        <>
          <p className="ticket-customer"><Avatar name={String(row.name)} /><RelationName resource="customers" id={id} /></p>
          <Facts items={names.map(name => ({ key: name, label: customers.fields[name]!.label, testId: `customer-${name}`, value: <Value resource={customers} row={row} name={name} place={name === 'renewsAt' ? 'table' : 'facts'} /> }))} />
        </>
      )}
    </Panel>
  )
}

const Handling = ({ resource, row }: { resource: ManifestResource; row: Row & { version?: number } }) => (
  <Panel title="Handling" testId="panel-handling">
    <Facts items={['status', 'priority', 'assigneeId', 'dueAt', 'tags'].filter(name => resource.fields[name]).map(name => ({
      key: name, label: resource.fields[name]!.label, value: name === 'dueAt' ? <Value resource={resource} row={row} name={name} place="facts" /> : <QuickField resource={resource} row={row} name={name} />,
    }))}
    />
    <Facts items={['requesterId', 'createdAt', 'firstRepliedAt', 'solvedAt'].filter(name => resource.fields[name] && row[name]).map(name => ({ key: name, label: resource.fields[name]!.label, value: <Value resource={resource} row={row} name={name} place="table" /> }))} />
  </Panel>
)

/** One ticket: what was asked and answered, how it is handled, who asks. */
const TicketPage = ({ id }: RecordPageProps) => {
  const resource = useResource('tickets')!
  const { data: row, error, pending, retry } = useRow('tickets', id)
  if (error && !row) return <div className="page">{error.statusCode === 404 ? <NotFound what="This ticket" /> : <LoadError what="The ticket" error={error} onRetry={retry} />}</div>
  if (pending || !row) return <div className="page"><SkeletonPage /></div>
  return (
    <div className="page record ticket">
      <RecordHead resource={resource} row={row} tools={<RecordActions resource={resource} row={row} />} />
      <div className="content">
        <div className="with-side">
          <div className="stack">
            <Conversation ticket={row} />
            {resource.can.history && <Panel title="History"><HistoryList resource={resource} id={id} most={8} /></Panel>}
          </div>
          <div className="stack">
            <Handling resource={resource} row={row} />
            {typeof row.customerId === 'string' && <CustomerFacts id={row.customerId} />}
          </div>
        </div>
      </div>
    </div>
  )
}

export default TicketPage
