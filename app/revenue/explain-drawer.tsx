import { Drawer } from 'antd'
import { Check, Link2, X } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { RelationName } from '../engine/fields/relation.tsx'
import { count, counted, date, dayIn, money } from '../engine/format.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { useNow } from '../engine/now.tsx'
import { LoadError, NotFound } from '../engine/states.tsx'
import type { ApiError } from '../engine/api-error.ts'
import type { EnumField } from '../../resources/engine/fields.ts'
import type { Target } from './explain-target.ts'
import { useExplanation, useLargest, type MovementRow } from './explanation.ts'
import { said } from './figure-words.ts'
import { LedgerLine, SourceEvent } from './ledger-line.tsx'

const most = 5

const CopyLink = ({ address }: { address: string }) => {
  const [done, setDone] = useState(false)
  const copy = (): void => void navigator.clipboard.writeText(location.origin + address).then(() => { setDone(true) }, () => undefined)
  return <button type="button" className="icon-button" aria-label="Copy the link to this" title={done ? 'Copied' : 'Copy the link to this'} onClick={copy}>{done ? <Check size={16} aria-hidden="true" /> : <Link2 size={16} aria-hidden="true" />}</button>
}

const Movements = ({ target, rows, total, sum, chosen, addressOf }: { target: Target; rows: readonly MovementRow[]; total: number; sum: number; chosen: string | undefined; addressOf: (id: string) => string }) => {
  const { book } = useManifest()
  const causes = (useResource('mrr-movements')?.fields.cause as unknown as EnumField | undefined)?.options ?? []
  const year = dayIn(useNow(), book.timeZone)
  const native = target.currency !== book.currency
  const amountOf = (row: MovementRow): number => (native ? row.nativeAmount : row.amount) ?? 0
  const rest = total - rows.length
  const difference = target.sum === null ? 0 : target.sum - sum
  return (
    <>
      <table className="plain explain-rows" aria-label="Movements">
        <tbody>
          {rows.map(row => (
            <tr key={row.id} className={row.id === chosen ? 'chosen' : ''} data-testid={`movement-${row.id}`}>
              <th scope="row"><Link to={addressOf(row.id)} aria-current={row.id === chosen ? 'true' : undefined} replace><RelationName resource="customers" id={row.customerId} link={false} /></Link></th>
              <td className="words">{causes.find(c => c.value === row.cause)?.label ?? said(row.cause)}</td>
              <td className="muted">{date(dayIn(new Date(row.effectiveAt), book.timeZone), year)}</td>
              <td data-testid="movement-amount">{money(amountOf(row), target.currency, { signed: true })}</td>
            </tr>
          ))}
          {rest > 0 && <tr><th scope="row"><Link to={target.link} data-testid="others">{counted(rest, ['other', 'others'])}</Link></th><td /><td /><td>{native ? '' : money(sum - rows.reduce((n, row) => n + amountOf(row), 0), target.currency, { signed: true })}</td></tr>}
        </tbody>
        {!native && target.sum !== null && <tfoot><tr><th scope="row">Sum</th><td className="words"><Link to={target.link} data-testid="explain-list">All {count(total)} in a list</Link></td><td /><td data-testid="movements-sum">{money(sum, target.currency, { signed: true })}</td></tr></tfoot>}
      </table>
      {!native && target.sum !== null && (difference === 0
        ? <p className="check"><Check size={14} aria-hidden="true" />The movements add up to the figure</p>
        : Math.abs(difference) <= 1 ? <p className="hint">The figure differs by {money(difference, target.currency)}: parts of a month are rounded together, so that they add up to its closing figure.</p>
          : <p className="check negative-text" role="alert">The movements differ from the figure by {money(difference, target.currency, { signed: true })}. New facts may have come in since; load the page again.</p>)}
      {target.sum === null && total > 0 && <p className="hint"><Link to={target.link} data-testid="explain-list">All {counted(total, ['movement', 'movements'])} in a list</Link></p>}
    </>
  )
}

interface Props {
  /** null while it loads, undefined when no such figure exists. */
  target: Target | null | undefined
  error: ApiError | null
  movement: string | null
  addressOf: (movement: string) => string
  /** The address of this step with its days written out. */
  permanent: string
  onClose: () => void
  onRetry: () => void
}

/** A figure opened down to its source: the movements it is the sum of, the ledger line of one, the raw event behind that. */
export const ExplainDrawer = ({ target, error, movement, addressOf, permanent, onClose, onRetry }: Props) => {
  const list = useLargest(target?.link, target?.losses ?? false, most)
  const first = list.data?.rows[0]?.id
  const chosen = movement ?? first ?? null
  const explanation = useExplanation(chosen)
  const outside = chosen !== null && list.data && !list.data.rows.some(r => r.id === chosen)
  return (
    <Drawer
      open width={620} closable={false} onClose={onClose} className="explain" data-testid="explain"
      title={
        <div className="explain-head">
          <h2>{target?.title ?? 'Where a figure comes from'}</h2>
          <span className="explain-tools"><CopyLink address={permanent} /><button type="button" className="icon-button" aria-label="Close" title="Close" data-testid="explain-close" onClick={onClose}><X size={16} aria-hidden="true" /></button></span>
          {target && <p><b data-testid="explain-figure">{target.figure}</b> <span>{[list.data ? counted(list.data.total, ['movement', 'movements']) : '', target.aside].filter(Boolean).join(', ')}</span></p>}
        </div>
      }
    >
      {error ? <LoadError what="This figure" error={error} onRetry={onRetry} /> : target === undefined ? <NotFound what="This figure" /> : target && (
        <>
          <p className="explain-definition">{target.definition}{target.relation && <> {target.relation}</>}</p>
          <section>
            <h3>1. Movements</h3>
            {list.error ? <LoadError what="The movements" error={list.error} onRetry={list.retry} /> : !list.data ? <div className="panel-wait" aria-busy="true" /> : list.data.total === 0 ? <p className="muted">Nothing moved.</p> : <Movements target={target} {...list.data} chosen={chosen ?? undefined} addressOf={addressOf} />}
          </section>
          {chosen && (explanation.error ? <LoadError what="This movement" error={explanation.error} onRetry={explanation.retry} /> : explanation.data && (
            <>
              <section>
                <h3>2. Ledger line{outside && <span className="muted"> of {explanation.data.movement.customer}</span>}</h3>
                <LedgerLine explanation={explanation.data} />
              </section>
              <section>
                <h3>3. {explanation.data.event || !explanation.data.objectVersion ? 'Stripe event' : 'Object version'}</h3>
                <SourceEvent explanation={explanation.data} />
              </section>
            </>
          ))}
        </>
      )}
    </Drawer>
  )
}
