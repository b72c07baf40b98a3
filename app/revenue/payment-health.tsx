import { Link } from 'react-router'
import { count, counted, money, rate } from '../engine/format.ts'
import { Panel } from '../engine/panel.tsx'
import { LoadError } from '../engine/states.tsx'
import { bucketWords, said } from './figure-words.ts'
import { usePaymentHealth } from './revenue-queries.ts'

const figures = [['succeeded', 'Paid'], ['failed', 'Failed'], ['recovered', 'Recovered'], ['refunded', 'Refunded']] as const

/** Which payments came in, which did not and why. */
export const PaymentHealth = ({ from, to, words }: { from: string; to: string; words: string }) => {
  const { data, error, pending, retry } = usePaymentHealth(from, to)
  const none = data && data.succeeded.count + data.failed.count + data.refunded.count === 0
  return (
    <Panel flush title={`Payment health, ${words}`} testId="payment-health" aside={data && data.successRate !== null && <span className="muted" title={`${count(data.succeeded.count)} of ${count(data.succeeded.count + data.failed.count)} invoices`}>{rate(data.successRate)} paid</span>}>
      {error ? <LoadError what="Payments" error={error} onRetry={retry} /> : pending || !data ? <div className="panel-wait" aria-busy="true" /> : none ? <p className="panel-none">No payment was tried in these days.</p> : (
        <>
          <div className="four">
            {figures.map(([name, label]) => {
              const content = <><span>{label}</span><b title={money(data[name].amount, data.currency)}>{money(data[name].amount, data.currency, { digits: 'whole' })}</b><small>{counted(data[name].count, name === 'refunded' ? ['refund', 'refunds'] : ['invoice', 'invoices'])}</small></>
              const to = data.links?.[name]
              return to && data[name].count > 0 ? <Link key={name} to={to} className="door" data-testid={`metric-${name}`}>{content}</Link> : <div key={name} data-testid={`metric-${name}`}>{content}</div>
            })}
          </div>
          {data.byDeclineCode.length > 0 && (
            <table className="plain">
              <thead><tr><th scope="col">Why payments failed</th><th scope="col" className="words">What helps</th><th scope="col">Count</th><th scope="col">Amount</th></tr></thead>
              <tbody>{data.byDeclineCode.map(row => <tr key={row.code}><th scope="row" title={row.code}>{said(row.code)}</th><td className="words muted">{bucketWords(row.bucket)}</td><td>{count(row.count)}</td><td>{money(row.amount, data.currency)}</td></tr>)}</tbody>
            </table>
          )}
        </>
      )}
    </Panel>
  )
}
