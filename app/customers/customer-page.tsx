import { Button } from 'antd'
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router'
import { HistoryList } from '../engine/history-list.tsx'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { Panel } from '../engine/panel.tsx'
import { RecordActions } from '../engine/record-actions.tsx'
import { RecordHead } from '../engine/record-head.tsx'
import { useRow } from '../engine/records.ts'
import { RelatedList } from '../engine/related-list.tsx'
import { LoadError, NotFound, SkeletonPage } from '../engine/states.tsx'
import type { RecordPageProps } from '../pages.ts'
import { useOverview } from './customer-answers.ts'
import { AccountPanel, SubscriptionPanel, TicketsPanel, UsersPanel } from './customer-aside.tsx'
import { CustomerFigures } from './customer-figures.tsx'
import { CustomerNotice } from './customer-notice.tsx'
import { customerTabs } from './customer-tabs.ts'
import { CustomerTimeline } from './customer-timeline.tsx'
import { noteFieldId, NoteWriter } from './note-writer.tsx'
import './customers.css'

/** One customer: how they stand, what happened, who they are. Each part shows what this person may read of it. */
const CustomerPage = ({ id }: RecordPageProps) => {
  const manifest = useManifest()
  const resource = useResource('customers')!
  const notes = useResource('notes')
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const { state } = useLocation()
  const { data: row, error, pending, retry } = useRow('customers', id)
  const overview = useOverview(id)
  if (error && !row) return <div className="page">{error.statusCode === 404 ? <NotFound what="This customer" /> : <LoadError what="The customer" error={error} onRetry={retry} />}</div>
  if (pending || !row) return <div className="page"><SkeletonPage /></div>

  const { tab, tabs, list, address } = customerTabs(manifest, id, params, resource.can.history, overview.data)
  const target = manifest.resources.find(r => r.name === list?.related.resource)
  const write = (): void => {
    const field = document.getElementById(noteFieldId)
    if (field) { field.focus(); return }
    void navigate(address(''), { state: { write: true } })
  }
  return (
    <div className={`page record customer ${list ? 'fills' : ''}`}>
      <RecordHead resource={resource} row={row} tabs={tabs} tab={tab} tools={<RecordActions resource={resource} row={row} quiet={notes?.can.create && <Button data-testid="action-write-note" onClick={write}>Write note</Button>} />} />
      {list && target ? (
        <>
          {list.beside.length > 1 && <nav className="sub-tabs" aria-label="Billing">{list.beside.map(item => <Link key={item.to} to={item.to} aria-current={item.current ? 'page' : undefined}>{item.label}</Link>)}</nav>}
          <RelatedList key={list.related.resource} related={list.related} resource={target} id={id} />
        </>
      ) : tab === 'history' ? <div className="content"><Panel title="History"><HistoryList resource={resource} id={id} /></Panel></div> : (
        <div className="content">
          <CustomerNotice overview={overview.data} row={row} />
          {overview.error && !overview.data ? <Panel><LoadError what="The figures" error={overview.error} onRetry={overview.retry} /></Panel> : overview.data ? <CustomerFigures overview={overview.data} address={address} /> : <div className="strip-wait" aria-busy="true" />}
          <div className="with-side">
            <CustomerTimeline id={id} writer={<NoteWriter key={id} customerId={id} focus={(state as { write?: boolean } | null)?.write === true} />} />
            <div className="stack">
              <SubscriptionPanel id={id} row={row} overview={overview.data} />
              <TicketsPanel id={id} all={address('tickets')} />
              <UsersPanel id={id} all={address('users')} />
              <AccountPanel resource={resource} row={row} />
            </div>
          </div>
        </div>
      )}
    </div>
  )
}

export default CustomerPage
