import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Moment } from '../engine/fields/instant.tsx'
import type { Row } from '../engine/fields/kit.ts'
import { optionOf } from '../engine/fields/enum.tsx'
import { count, money } from '../engine/format.ts'
import { useResource } from '../engine/manifest.tsx'
import { Nothing } from '../engine/nothing.tsx'
import { useNow } from '../engine/now.tsx'
import { Facts, Panel } from '../engine/panel.tsx'
import { QuickField } from '../engine/quick-field.tsx'
import { Avatar, Value } from '../engine/record.tsx'
import { LoadError } from '../engine/states.tsx'
import { StatusMark } from '../engine/status-mark.tsx'
import type { Loaded } from '../engine/records.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { useFew, type Overview } from './customer-answers.ts'

const running = 'status_in=active&status_in=trialing&status_in=past_due&status_in=unpaid&status_in=paused&status_in=incomplete'
const Body = <T,>({ what, of, children }: { what: string; of: Loaded<T>; children: (data: T) => ReactNode }) =>
  of.error && of.data === undefined ? <LoadError what={what} error={of.error} onRetry={of.retry} /> : of.data === undefined ? <div className="aside-wait" aria-busy="true" /> : children(of.data)

const each: Record<string, string> = { day: 'a day', week: 'a week', month: 'a month', year: 'a year' }
const bill: Record<string, string> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'annual' }


/** What runs now: per subscription plan, price and discount; money as the role may see it. */
export const SubscriptionPanel = ({ id, row, overview }: { id: string; row: Row; overview: Overview | undefined }) => {
  const subscriptions = useResource('subscriptions')
  const customers = useResource('customers')!
  const few = useFew('subscriptions', `customerId=${id}&${running}&_sort=createdAt&_order=desc&_start=0&_end=5`, subscriptions !== undefined)
  if (!subscriptions) return null
  const has = (name: string): boolean => subscriptions.fields[name] !== undefined
  return (
    <Panel title="Subscription" testId="panel-subscription" aside={few.data && few.data.rows.length > 0 && <Link to={`/subscriptions/${few.data.rows[0]!.id}`}>Open</Link>}>
      <Body what="Subscriptions" of={few}>
        {({ rows }) => (
          <dl className="pairs">
            {rows.length === 0 && <div><dt>Running</dt><dd><Nothing /></dd></div>}
            {rows.map(s => (
              <div key={s.id}>
                <dt><Link to={`/subscriptions/${s.id}`} className="plain-link">{String(s.plan ?? 'Subscription')}{typeof s.interval === 'string' && `, ${bill[s.interval] ?? s.interval}`}</Link>{s.status !== 'active' && <StatusMark option={optionOf(subscriptions.fields.status!, s.status)} />}</dt>
                <dd>{typeof s.mrr === 'number' && typeof s.currency === 'string' ? <>{money(s.mrr, s.currency)} <span className="muted">MRR</span></> : typeof s.interval === 'string' ? each[s.interval] : ''}</dd>
              </div>
            ))}
            {rows.some(s => typeof s.quantity === 'number') && <div><dt>Seats</dt><dd>{rows.map(s => count(Number(s.quantity ?? 0))).join(', ')}</dd></div>}
            {has('discounts') && <div><dt>Discount</dt><dd>{rows.some(s => Array.isArray(s.discounts) && s.discounts.length > 0) ? rows.flatMap(s => (s.discounts as string[] | null) ?? []).join(', ') : <Nothing />}</dd></div>}
            {overview?.card !== undefined && <div><dt>Payment</dt><dd>{overview.card ? `${overview.card.brand ? `${overview.card.brand.charAt(0).toUpperCase()}${overview.card.brand.slice(1)}` : 'Card'} ending ${overview.card.last4}` : <Nothing />}</dd></div>}
            {customers.fields.createdAt && <div><dt>Customer since</dt><dd><Value resource={customers} row={row} name="createdAt" place="table" /></dd></div>}
          </dl>
        )}
      </Body>
    </Panel>
  )
}

/** Who the customer is and who cares for it; owner and tags change in place. */
export const AccountPanel = ({ resource, row }: { resource: ManifestResource; row: Row & { version?: number } }) => {
  const fields = ['email', 'domain', 'externalId', 'access', 'lastSeenAt'].filter(name => resource.fields[name])
  const quick = ['ownerId', 'tags'].filter(name => resource.fields[name])
  return (
    <Panel title="Account" testId="panel-account">
      <Facts items={[
        ...quick.map(name => ({ key: name, label: resource.fields[name]!.label, value: <QuickField resource={resource} row={row} name={name} /> })),
        ...fields.map(name => ({ key: name, label: resource.fields[name]!.label, testId: `field-${name}`, value: <Value resource={resource} row={row} name={name} place={name === 'lastSeenAt' ? 'table' : 'facts'} /> })),
      ]}
      />
    </Panel>
  )
}

/** Those who were there last. */
export const UsersPanel = ({ id, all }: { id: string; all: string }) => {
  const users = useResource('users')
  const few = useFew('users', `customerId=${id}&_sort=lastSeenAt&_order=desc&_start=0&_end=5`, users !== undefined)
  if (!users) return null
  return (
    <Panel flush title={<>Users {few.data && <span className="panel-count">{count(few.data.total)}</span>}</>} testId="panel-users" aside={few.data && few.data.total > few.data.rows.length && <Link to={all}>All users</Link>}>
      <Body what="Users" of={few}>
        {({ rows }) => rows.length === 0 ? <p className="panel-none">Nobody has joined yet.</p> : (
          <ul className="few">
            {rows.map(user => (
              <li key={user.id}>
                <Avatar name={String(user.name ?? '')} round /><Link to={`/users/${user.id}`} className="name" dir="auto">{String(user.name)}</Link>
                <span className="muted few-role">{String(user.role ?? '')}</span><span className="muted few-when">{typeof user.lastSeenAt === 'string' ? <Moment iso={user.lastSeenAt} /> : <Nothing />}</span>
              </li>
            ))}
          </ul>
        )}
      </Body>
    </Panel>
  )
}

/** What waits for an answer, the earliest due first. */
export const TicketsPanel = ({ id, all }: { id: string; all: string }) => {
  const now = useNow().getTime()
  const tickets = useResource('tickets')
  const few = useFew('tickets', `customerId=${id}&status_in=open&status_in=waiting&_sort=dueAt&_order=asc&_start=0&_end=5`, tickets !== undefined)
  if (!tickets) return null
  return (
    <Panel flush title={<>Open tickets {few.data && few.data.total > 0 && <span className="panel-count">{count(few.data.total)}</span>}</>} testId="panel-tickets" aside={<Link to={all}>All tickets</Link>}>
      <Body what="Tickets" of={few}>
        {({ rows }) => rows.length === 0 ? <p className="panel-none">Nothing waits for an answer.</p> : (
          <ul className="few">
            {rows.map(ticket => (
              <li key={ticket.id}>
                <Link to={`/tickets/${ticket.id}`} className="name" dir="auto">{String(ticket.subject)}</Link>
                <span className="few-role"><Value resource={tickets} row={ticket} name="priority" place="table" /></span>
                <span className={`few-when ${ticket.status === 'open' && typeof ticket.dueAt === 'string' && Date.parse(ticket.dueAt) < now ? 'negative-text' : 'muted'}`}>{ticket.status === 'waiting' ? 'waiting' : typeof ticket.dueAt === 'string' ? <>due <Moment iso={ticket.dueAt} /></> : <Nothing />}</span>
              </li>
            ))}
          </ul>
        )}
      </Body>
    </Panel>
  )
}
