import type { RecordPageProps } from '../pages.ts'
import { money } from '../engine/format.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { Panel } from '../engine/panel.tsx'
import { RelationName } from '../engine/fields/relation.tsx'
import { RecordHead } from '../engine/record-head.tsx'
import { useRow } from '../engine/records.ts'
import { ShowPage } from '../engine/show-page.tsx'
import { LoadError, NotFound, SkeletonPage } from '../engine/states.tsx'
import { FigureStrip, MetricCard } from '../engine/metric-card.tsx'
import { Value } from '../engine/record.tsx'
import { useExplanation } from './explanation.ts'
import { figureWords, movementLabels } from './figure-words.ts'
import type { MovementKind } from './figures.ts'
import { LedgerLine, SourceEvent } from './ledger-line.tsx'
import './revenue.css'

/** One movement of MRR with everything behind it: the same explanation that the revenue page opens. */
const MovementPage = ({ id }: RecordPageProps) => {
  const { pages } = useManifest()
  const resource = useResource('mrr-movements')!
  const { data: row, error, pending, retry } = useRow(resource.name, id)
  const explanation = useExplanation(pages.includes('revenue') ? id : null)
  if (!pages.includes('revenue')) return <ShowPage resource={resource} id={id} />
  if (error) return <div className="page">{error.statusCode === 404 ? <NotFound what="This movement" /> : <LoadError what="This movement" error={error} onRetry={retry} />}</div>
  if (pending || !row) return <div className="page"><SkeletonPage /></div>
  const category = String(row.category)
  const customerId = String(row.customerId)
  const named = { ...row, category: `${movementLabels[category as MovementKind] ?? figureWords[category]?.label ?? category}${explanation.data?.movement.customer ? `, ${explanation.data.movement.customer}` : ''}` }
  return (
    <div className="page record revenue">
      <RecordHead resource={resource} row={named} />
      <div className="content">
        <FigureStrip label="Movement">
          <MetricCard name="amount" label="Amount" value={typeof row.amount === 'number' ? money(row.amount, String(row.bookCurrency), { signed: true }) : <Value resource={resource} row={row} name="amount" place="table" />} detail={<Value resource={resource} row={row} name="cause" place="table" />} />
          <MetricCard name="customer" label="Customer" value={<RelationName resource="customers" id={customerId} />} />
          <MetricCard name="plan" label="Plan" value={<Value resource={resource} row={row} name="planId" place="table" />} />
          <MetricCard name="effective" label="Takes effect" value={<Value resource={resource} row={row} name="effectiveAt" place="table" />} detail={<Value resource={resource} row={row} name="quality" place="table" />} />
        </FigureStrip>
        {explanation.error ? <Panel><LoadError what="The explanation" error={explanation.error} onRetry={explanation.retry} /></Panel> : explanation.data && (
          <div className="columns movement-columns">
            <Panel title="Ledger line"><p className="explain-definition">{figureWords[category]?.definition}</p><LedgerLine explanation={explanation.data} /></Panel>
            <Panel title={explanation.data.event || !explanation.data.objectVersion ? 'Stripe event' : 'Object version'}><SourceEvent explanation={explanation.data} /></Panel>
          </div>
        )}
      </div>
    </div>
  )
}

export default MovementPage
