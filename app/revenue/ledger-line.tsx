import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Moment } from '../engine/fields/instant.tsx'
import { exactTime } from '../engine/format.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import type { Explanation, FormulaLine } from './explanation.ts'
import { exactMoney, formulaWords } from './formula-words.ts'
import { said } from './figure-words.ts'
import { RawEvent } from './raw-event.tsx'

const Fact = ({ label, children, testId }: { label: string; children: ReactNode; testId?: string }) => <div data-testid={testId}><dt>{label}</dt><dd>{children}</dd></div>

const Formula = ({ lines, none }: { lines: readonly FormulaLine[]; none: string }) => lines.length === 0 ? <span className="muted">{none}</span> : (
  <>{lines.map((line, i) => <span key={i} className="formula">{formulaWords(line)} <span className="muted">= {exactMoney(line.mrrExact, line.currency)} a month</span></span>)}</>
)

const e4 = (decimal: string): bigint => { const [whole = '0', rest = ''] = decimal.split('.'); return BigInt(whole + rest.padEnd(4, '0').slice(0, 4)) }
/** Is the movement all of the step from before to after, or one plan's part of it? */
const isPart = ({ movement, before, after }: Explanation): boolean => movement.amountExact !== null && e4(after.amountExact) - e4(before.amountExact) !== e4(movement.amountExact)

/** How the ledger holds a movement: before and after, when, by which rule, with its formula filled in. */
export const LedgerLine = ({ explanation }: { explanation: Explanation }) => {
  const { book } = useManifest()
  const { movement: m, before, after, lines, subscription, rule } = explanation
  const subscriptions = useResource('subscriptions')
  const rates = useResource('fx-rates')
  return (
    <dl className="facts explain-facts" data-testid="ledger-line">
      <Fact label="Before and after" testId="before-after">{exactMoney(before.amountExact, before.currency)} to {exactMoney(after.amountExact, after.currency)}{isPart(explanation) && <span className="fact-note">The customer over all plans; this line is one part of the step.</span>}</Fact>
      <Fact label="Amount" testId="movement-amount">{m.amountExact === null ? 'No rate of exchange is known' : exactMoney(m.amountExact, m.bookCurrency, true)}</Fact>
      {m.currency !== m.bookCurrency && (
        <Fact label="Conversion">{exactMoney(m.nativeExact, m.currency, true)}{m.rate !== null && <> at {m.rate}{m.fxRateId && rates && <> (<Link to={`/fx-rates/${m.fxRateId}`}>rate</Link>)</>}</>}</Fact>
      )}
      <Fact label="Takes effect">{exactTime(m.effectiveAt, book.timeZone)}</Fact>
      <Fact label="Written down">{exactTime(m.recordedAt, book.timeZone)} <span className="muted">(<Moment iso={m.recordedAt} />)</span></Fact>
      <Fact label="Rule">{rule.sentence} <code className="mono muted">{rule.id}.{m.cause}</code></Fact>
      <Fact label="Counted before"><Formula lines={lines.before} none="nothing" /></Fact>
      <Fact label="Counts after"><Formula lines={lines.after} none="nothing" /></Fact>
      <Fact label="Subscription">{subscription.id && subscriptions ? <Link to={`/subscriptions/${subscription.id}`}>{subscription.plan ?? subscription.stripeId}</Link> : <span className="mono">{subscription.stripeId}</span>}{subscription.status && <span className="muted">, {said(subscription.status).toLowerCase()}</span>}</Fact>
      {m.quality === 'reconstructed' && <Fact label="Quality">Reconstructed: it was put together from invoices, since no event of that time is known.</Fact>}
    </dl>
  )
}

const sources: Record<string, string> = { webhook: 'told by webhook', backfill: 'found by back-fill', refetch: 'fetched again' }

/** The raw event a movement was read from, or the object's state where no event is known. */
export const SourceEvent = ({ explanation }: { explanation: Explanation }) => {
  const { book } = useManifest()
  const events = useResource('stripe-events')
  const versions = useResource('object-versions')
  const { event, objectVersion: version, usedPaths } = explanation
  const raw = event ? event.payload : version ? { payload: version.payload } : null
  return (
    <>
      <p className="explain-source">
        {event && <>{events ? <Link to={`/stripe-events/${event.id}`} className="mono">{event.stripeId}</Link> : <span className="mono">{event.stripeId}</span>}, {event.type}, {exactTime(event.created, book.timeZone)}. </>}
        {version && <>Object version {versions ? <Link to={`/object-versions/${version.id}`} className="mono">{version.objectId}</Link> : <span className="mono">{version.objectId}</span>}, {sources[version.source] ?? version.source}, in force from {exactTime(version.effectiveAt, book.timeZone)}.</>}
        {!event && !version && 'No event tells of this: it follows from a date or a rate of exchange that was already known.'}
      </p>
      {raw !== null && <RawEvent value={raw} used={usedPaths} label={event ? 'Stripe event' : 'object version'} />}
      {raw !== null && <p className="hint">Marked lines are the ones the figure is read from.</p>}
    </>
  )
}
