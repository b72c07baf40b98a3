import { useMemo } from 'react'
import { Link } from 'react-router'
import { knowsField, leavesOf } from '../engine/list-query.ts'
import { Moment } from '../engine/fields/instant.tsx'
import type { Row } from '../engine/fields/kit.ts'
import { RelationName } from '../engine/fields/relation.tsx'
import { changeRate, count, date, dayIn, money } from '../engine/format.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { FigureStrip, MetricCard } from '../engine/metric-card.tsx'
import { useNow } from '../engine/now.tsx'
import { PageHead } from '../engine/page-head.tsx'
import { Panel } from '../engine/panel.tsx'
import { Value } from '../engine/record.tsx'
import { useCount } from '../engine/records.ts'
import { LoadError } from '../engine/states.tsx'
import { TrendIndicator } from '../engine/trend-indicator.tsx'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { useLatest, useMrr } from './home-answers.ts'
import './home.css'

const greeting = (hour: number): string => (hour < 5 ? 'Good night' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening')

/** A view of a list as one number, and the list behind it. */
const useView = (resource: ManifestResource | undefined, view: string): { label: string; n: number | undefined; to: string } | null => {
  const found = resource?.list.views[view]
  const leaves = useMemo(() => (resource && found ? leavesOf(found.filter, knowsField(resource)) : []), [resource, found])
  const n = useCount(found ? resource : undefined, leaves)
  return resource && found ? { label: found.label, n, to: `/${resource.name}?_view=${view}` } : null
}

const ViewCard = ({ resource, view, label, alarm }: { resource: ManifestResource; view: string; label: string; alarm?: boolean }) => {
  const found = useView(resource, view)
  return found && <MetricCard name={`${resource.name}-${view}`} label={label} to={found.to} value={found.n === undefined ? '\u00a0' : <span className={alarm && found.n > 0 ? 'negative-text' : ''}>{count(found.n)}</span>} />
}

const MrrCard = () => {
  const { data } = useMrr()
  const change = data ? data.mrr - data.opening : 0
  return (
    <MetricCard
      name="mrr" label="MRR" to="/revenue" value={data ? money(data.mrr, data.currency, { digits: 'whole' }) : '\u00a0'} exact={data && money(data.mrr, data.currency)}
      detail={data && (data.opening === 0 ? 'no base' : <TrendIndicator direction={change > 0 ? 'up' : change < 0 ? 'down' : 'flat'} good={change > 0} value={changeRate(data.opening, data.mrr)} against={`since ${date(data.from, data.from)}`} />)}
    />
  )
}

const Rows = ({ resource, search, title, to, all, none, meta }: { resource: ManifestResource; search: string; title: string; to: string; all: string; none: string; meta: (row: Row) => React.ReactNode }) => {
  const { data, error, retry } = useLatest(resource.name, search)
  return (
    <Panel flush title={title} testId={`home-${resource.name}`} aside={data && data.total > 0 && <Link to={to}>{all}</Link>}>
      {error && !data ? <LoadError what={title} error={error} onRetry={retry} /> : !data ? <div className="home-wait" aria-busy="true" /> : data.rows.length === 0 ? <p className="home-none">{none}</p> : (
        <ul className="home-rows">{data.rows.map(row => <li key={row.id}><Link to={`/${resource.name}/${row.id}`} className="name" dir="auto">{String(row[resource.title] ?? '')}</Link>{meta(row)}</li>)}</ul>
      )}
    </Panel>
  )
}

/** A calm start: what waits for this person, how things stand, what colleagues wrote last. Only what they may read. */
const HomePage = () => {
  const { me, book, pages } = useManifest()
  const now = useNow()
  const tickets = useResource('tickets'), customers = useResource('customers'), notes = useResource('notes')
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: book.timeZone }).format(now))
  const sort = '_start=0&_end=6'
  const mine = `assigneeId=${me.id}&status_in=open&status_in=waiting`
  const mayTickets = tickets?.can.update === true
  const pastDue = customers?.list.views.pastDue
  return (
    <div className="page home">
      <PageHead title="Home" heading={<h1 dir="auto">{greeting(hour)}, {me.name.split(' ')[0]}</h1>} beside={<span className="muted home-day">{date(dayIn(now, book.timeZone))}</span>} />
      <div className="content">
        <FigureStrip label="How things stand">
          {mayTickets && tickets && <ViewCard resource={tickets} view="mine" label="My open tickets" />}
          {mayTickets && tickets && <ViewCard resource={tickets} view="overdue" label="Tickets past their reply time" alarm />}
          {mayTickets && tickets && <ViewCard resource={tickets} view="unassigned" label="Tickets nobody has taken" />}
          {pages.includes('revenue') && <MrrCard />}
          {customers && <ViewCard resource={customers} view="pastDue" label="Customers past due" alarm />}
          {customers && <ViewCard resource={customers} view="trial" label="Customers in trial" />}
          {customers && !mayTickets && <ViewCard resource={customers} view="cancelling" label="Customers who leave" />}
        </FigureStrip>
        <div className="columns">
          {mayTickets && tickets && <Rows resource={tickets} search={`${mine}&_sort=dueAt&_order=asc&${sort}`} title="My tickets" to="/tickets?_view=mine" all="All of mine" none="Nothing waits for you." meta={row => <><span className="home-meta"><Value resource={tickets} row={row} name="priority" place="table" /></span><span className="muted home-when">{typeof row.dueAt === 'string' ? <>due <Moment iso={row.dueAt} /></> : ''}</span></>} />}
          {customers && pastDue && !mayTickets && <Rows resource={customers} search={`status=past_due&_sort=${customers.fields.mrr?.sortable ? 'mrr' : 'createdAt'}&_order=desc&${sort}`} title="Past due" to="/customers?_view=pastDue" all="All past due" none="Nobody is past due." meta={row => <><span className="muted home-meta">{String(row.plan ?? '')}</span>{typeof row.mrr === 'number' && <span className="home-when">{money(row.mrr, book.currency)}</span>}</>} />}
          {notes ? <Rows resource={notes} search={`_sort=createdAt&_order=desc&${sort}`} title="Latest notes" to="/notes" all="All notes" none="Nobody wrote a note yet." meta={row => <><span className="muted home-meta"><RelationName resource="customers" id={String(row.customerId)} link={false} /></span><span className="muted home-when"><Moment iso={String(row.createdAt)} /></span></>} />
            : customers && <Rows resource={customers} search={`_sort=createdAt&_order=desc&${sort}`} title="Newest customers" to="/customers" all="All customers" none="There are no customers yet." meta={row => <><span className="muted home-meta">{String(row.plan ?? '')}</span><span className="muted home-when">{typeof row.createdAt === 'string' && <Moment iso={row.createdAt} />}</span></>} />}
        </div>
      </div>
    </div>
  )
}

export default HomePage
