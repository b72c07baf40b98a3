import { useInvalidate } from '@refinedev/core'
import { Button } from 'antd'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { AlertBanner } from '../engine/alert-banner.tsx'
import { asApiError } from '../engine/api-error.ts'
import type { Row } from '../engine/fields/kit.ts'
import { RelationName } from '../engine/fields/relation.tsx'
import { count, counted, exactTime } from '../engine/format.ts'
import { HistoryList } from '../engine/history-list.tsx'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { FigureStrip, MetricCard } from '../engine/metric-card.tsx'
import { approveOperation, cancelOperation, isOpen, progressOf, rejectOperation, retryOperation, type Operation } from '../engine/operation.ts'
import { PageHead } from '../engine/page-head.tsx'
import { Facts, Panel } from '../engine/panel.tsx'
import { apiRoot } from '../engine/http.ts'
import { RowStatus } from '../engine/record.tsx'
import { useRow } from '../engine/records.ts'
import { Bar, progressWords, useOperation } from '../engine/running-operations.tsx'
import { watch } from '../engine/running.ts'
import { LoadError, NotFound, SkeletonPage } from '../engine/states.tsx'
import { useToast } from '../engine/toasts.tsx'
import { useUndo } from '../engine/use-undo.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import type { RecordPageProps } from '../pages.ts'
import { Asked, useOutcome } from './operation-asked.tsx'
import { RejectDialog } from './reject-dialog.tsx'
import { RowOutcomes } from './row-outcomes.tsx'
import './system.css'

/** What the act is called: by its resource's own words where they may be seen. */
const useWords = (operation: Operation | undefined): { act: string; of: readonly [string, string]; actions: ManifestResource['actions'] } => {
  const resource = useResource(operation?.resource ?? '')
  const plain: Record<string, string> = { update: 'Change', delete: 'Remove', restore: 'Bring back', create: 'Create', import: 'Import' }
  const name = operation?.action ?? ''
  return { act: resource?.actions[name]?.label ?? plain[name] ?? name, of: resource?.label ?? ['Row', 'Rows'], actions: resource?.actions ?? {} }
}

const Tools = ({ operation, label, reload }: { operation: Operation; label: string; reload: () => void }) => {
  const { me } = useManifest()
  const toast = useToast()
  const undo = useUndo()
  const navigate = useNavigate()
  const [busy, setBusy] = useState<string | null>(null)
  const [rejecting, setRejecting] = useState(false)
  const mine = operation.createdBy === me.id
  const allowed = mine || me.role === 'admin'
  const run = async (name: string, act: () => Promise<Operation | void>, then?: (after: Operation) => void): Promise<void> => {
    setBusy(name)
    try {
      const after = await act()
      if (after) then?.(after)
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.code !== 'step_up_cancelled') toast({ text: error.message, tone: 'negative', seconds: 12 })
    } finally {
      setBusy(null)
      reload()
    }
  }
  const again = (after: Operation): void => { watch({ id: after.id, resource: after.resource, label }); void navigate(`/operations/${after.id}`) }
  const left = operation.total - operation.done - operation.skipped
  return (
    <>
      {operation.total > 0 && <a className="ant-btn qd-link-button" data-testid="results-csv" href={`${apiRoot}/operations/${operation.id}/results.csv`} download><Download size={14} aria-hidden="true" />Result as CSV</a>}
      {allowed && isOpen(operation) && !operation.takingBack && <Button data-testid="action-cancel" loading={busy === 'cancel'} onClick={() => void run('cancel', () => cancelOperation(operation.id))}>Stop</Button>}
      {allowed && !isOpen(operation) && operation.state !== 'undone' && left > 0 && <Button data-testid="action-retry" loading={busy === 'retry'} onClick={() => void run('retry', () => retryOperation(operation.id), again)}>Try {counted(left, ['row', 'rows'])} again</Button>}
      {allowed && operation.undoable && <Button data-testid="undo" loading={busy === 'undo'} onClick={() => void run('undo', () => undo(operation, label))}>{operation.state === 'waiting' ? 'Call back' : 'Take back'}</Button>}
      {operation.asks && !mine && <>
        <Button data-testid="action-reject" onClick={() => { setRejecting(true) }}>Reject…</Button>
        <Button type="primary" data-testid="action-approve" loading={busy === 'approve'} onClick={() => void run('approve', () => approveOperation(operation.id), after => { toast({ text: after.approval && after.approval.approvedBy.length < after.approval.needed ? 'Approved. Somebody else has to agree as well.' : 'Approved. It runs now.' }) })}>Approve</Button>
      </>}
      {rejecting && <RejectDialog what={label} onKeep={() => { setRejecting(false) }} onReject={async reason => { await rejectOperation(operation.id, reason); setRejecting(false); toast({ text: 'Rejected.' }); reload() }} />}
    </>
  )
}

/** The page of one operation: how far it is, what became of its rows and why, and what can still be done about it. */
const OperationPage = ({ id }: RecordPageProps) => {
  const resource = useResource('operations')!
  const { book } = useManifest()
  const { data: row, error, pending, retry } = useRow('operations', id)
  const { operation: live } = useOperation(id)
  const invalidate = useInvalidate()
  const operation = (live ?? row) as unknown as (Operation & Row) | undefined
  const words = useWords(operation)
  const outcome = useOutcome(id, operation)
  if (error) return <div className="page">{error.statusCode === 404 ? <NotFound what="This operation" /> : <LoadError what="Operation" error={error} onRetry={retry} />}</div>
  if (pending || !operation) return <div className="page"><SkeletonPage /></div>
  const reload = (): void => { for (const name of ['operations', operation.resource]) void invalidate({ resource: name, invalidates: ['resourceAll'] }) }
  const open = isOpen(operation)
  const title = `${words.act}: ${counted(operation.total, words.of)}`
  return (
    <div className="page record">
      <PageHead title={title} path={<Link to="/operations">Operations</Link>} beside={<RowStatus resource={resource} row={operation} />} tools={<Tools operation={operation} label={words.act} reload={reload} />} />
      <div className="content">
        {operation.error && <AlertBanner tone={operation.state === 'failed' ? 'negative' : 'info'} title={operation.error} testId="operation-error" />}
        {open && <div className="operation-progress" data-testid="operation-progress"><Bar operation={operation} label={title} /><span role="status">{progressWords(operation, Date.parse(String(operation.createdAt)))}{operation.state === 'running' && ` (${Math.floor(progressOf(operation) * 100)} %)`}</span></div>}
        <FigureStrip label="Outcome">
          <MetricCard name="done" label="Done" value={count(operation.done)} />
          <MetricCard name="skipped" label="Left out" value={count(operation.skipped)} />
          <MetricCard name="failed" label="Failed" value={<span className={operation.failed > 0 ? 'negative-text' : ''}>{count(operation.failed)}</span>} />
          {(operation.takenBack ?? 0) > 0 && <MetricCard name="taken-back" label="Taken back" value={count(operation.takenBack!)} />}
        </FigureStrip>
        <div className="columns">
          <div className="column">
            <RowOutcomes id={id} resource={operation.resource} reasons={outcome?.reasons ?? []} open={open} />
          </div>
          <div className="column">
            <Panel title="What was asked" testId="operation-asked">
              <Facts items={[
                { key: 'by', label: 'By', value: operation.createdBy ? <RelationName resource="people" id={operation.createdBy} /> : 'Quarterdeck' },
                { key: 'at', label: 'Time', value: exactTime(String(operation.createdAt), book.timeZone) },
                ...(operation.finishedAt ? [{ key: 'end', label: 'Ended', value: exactTime(String(operation.finishedAt), book.timeZone) }] : []),
                ...(operation.undoable && operation.undoUntil ? [{ key: 'undo', label: 'Can be taken back until', value: exactTime(operation.undoUntil, book.timeZone) }] : []),
              ]} />
              <Asked outcome={outcome} operation={operation} />
            </Panel>
            <Panel title="History"><HistoryList resource={{ ...resource, actions: words.actions, can: { ...resource.can, history: true } }} id={id} /></Panel>
          </div>
        </div>
      </div>
    </div>
  )
}

export default OperationPage
