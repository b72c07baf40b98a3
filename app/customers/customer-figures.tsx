import type { ReactNode } from 'react'
import { date, dayIn, money, relativeTime } from '../engine/format.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { FigureStrip, MetricCard } from '../engine/metric-card.tsx'
import { Nothing } from '../engine/nothing.tsx'
import { useNow } from '../engine/now.tsx'
import { Avatar } from '../engine/record.tsx'
import { TrendIndicator } from '../engine/trend-indicator.tsx'
import type { Overview } from './customer-answers.ts'

const billed: Record<string, string> = { day: 'Daily', week: 'Weekly', month: 'Monthly', year: 'Annual' }

/** The head figures of a customer: those whose keys came, nothing else. Money is there for those who may see it. */
export const CustomerFigures = ({ overview, address }: { overview: Overview; address: (tab: string, of?: string) => string }) => {
  const { book } = useManifest()
  const now = useNow()
  const movements = useResource('mrr-movements')
  const { mrr, plan, renewal, users, tickets, owner } = overview
  const when = (iso: string): string => relativeTime(iso, now, book.timeZone)
  const day = (iso: string): string => date(dayIn(new Date(iso), book.timeZone))
  const seats = plan?.seats
  const cards: ReactNode[] = []
  if (mrr) {
    const change = mrr.change30d
    cards.push(
      <MetricCard
        key="mrr" name="mrr" label="MRR" value={money(mrr.amount, mrr.currency)} to={movements && address('billing', 'mrr-movements')}
        detail={change !== 0 ? <TrendIndicator direction={change > 0 ? 'up' : 'down'} good={change > 0} value={money(Math.abs(change), mrr.currency)} against="in 30 days" /> : mrr.native ? `${money(mrr.native.amount, mrr.native.currency)} in ${mrr.native.currency.toUpperCase()}` : 'no change in 30 days'}
      />,
    )
  }
  if (plan) {
    const said = [plan.interval ? billed[plan.interval] ?? plan.interval : '', seats ? `${seats} ${seats === 1 ? 'seat' : 'seats'}${users ? `, ${users.total} used` : ''}` : '', plan.others > 0 ? `and ${plan.others} more` : ''].filter(Boolean)
    cards.push(<MetricCard key="plan" name="plan" label="Plan" value={plan.name ?? <Nothing />} detail={said.join(', ')} />)
  }
  if (renewal) {
    const ends = renewal.cancelsAt
    cards.push(ends
      ? <MetricCard key="renewal" name="renewal" label="Ends" value={when(ends)} detail={<span className="caution-text">{day(ends)}, cancelled</span>} />
      : <MetricCard key="renewal" name="renewal" label="Renews" value={renewal.at ? when(renewal.at) : <Nothing />} detail={renewal.at ? day(renewal.at) : ''} />)
  }
  if (users && !mrr) cards.push(<MetricCard key="users" name="users" label="Users" value={users.total.toLocaleString('en-US')} to={address('users')} detail={`${users.seenInWeek} seen in 7 days`} />)
  if (tickets) cards.push(<MetricCard key="tickets" name="tickets" label="Open tickets" value={tickets.open} to={address('tickets')} detail={tickets.overdue > 0 ? <span className="negative-text">{tickets.overdue} past the reply time</span> : tickets.open > 0 ? 'all within the reply time' : ''} />)
  if (users && mrr && cards.length < 4) cards.push(<MetricCard key="users" name="users" label="Users" value={users.total.toLocaleString('en-US')} to={address('users')} detail={`${users.seenInWeek} seen in 7 days`} />)
  if (owner !== undefined) cards.push(<MetricCard key="owner" name="owner" label="Owner" value={owner ? <span className="owner"><Avatar name={owner.name} round /><span className="name" dir="auto">{owner.name}</span></span> : <Nothing />} detail={overview.lastContactAt ? `Last contact ${when(overview.lastContactAt)}` : 'No contact yet'} />)
  return cards.length > 0 ? <FigureStrip label="Customer figures">{cards}</FigureStrip> : null
}
