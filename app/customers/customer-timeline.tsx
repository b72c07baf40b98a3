import { Button } from 'antd'
import { ArrowDownRight, ArrowUpRight, CreditCard, FileX, Gavel, LifeBuoy, MessageSquare, ReceiptText, StickyNote, TrendingUp, Undo2, UserCog, Users, Zap, type LucideIcon } from 'lucide-react'
import { createElement, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { Moment } from '../engine/fields/instant.tsx'
import { count, listed, money } from '../engine/format.ts'
import { useManifest } from '../engine/manifest.tsx'
import { useNow } from '../engine/now.tsx'
import { Panel } from '../engine/panel.tsx'
import { LoadError, useLasting } from '../engine/states.tsx'
import { useUndo } from '../engine/use-undo.ts'
import { timelineKinds, useTimeline, type TimelineEntry, type TimelineKind } from './customer-answers.ts'
import { foldJoined, grouped } from './timeline-groups.ts'

const icons: Record<string, LucideIcon> = { 'sticky-note': StickyNote, 'life-buoy': LifeBuoy, 'message-square': MessageSquare, 'receipt-text': ReceiptText, 'credit-card': CreditCard, 'undo-2': Undo2, 'file-x': FileX, gavel: Gavel, 'trending-up': TrendingUp, users: Users, 'user-cog': UserCog }
const words: Record<TimelineKind, string> = { money: 'Money', contact: 'Contact', product: 'Product', staff: 'Staff' }
/** Resources of which one must be readable for a kind to have entries. */
const needs: Record<TimelineKind, readonly string[] | null> = { money: ['invoices', 'payments', 'mrr-movements'], contact: ['notes', 'tickets'], product: ['users'], staff: null }

const isMovement = (entry: TimelineEntry): boolean => entry.id.startsWith('movement:')
const isLoss = (entry: TimelineEntry): boolean => isMovement(entry) && (entry.amount ?? 0) < 0
const isTrouble = (entry: TimelineEntry): boolean => entry.id.startsWith('failed-payment:') || entry.id.startsWith('dispute:')
const isSpeech = (entry: TimelineEntry): boolean => entry.id.startsWith('note:') || entry.id.startsWith('reply:')

const Title = ({ entry }: { entry: TimelineEntry }): ReactNode => {
  const { actor, title, link } = entry
  const named = actor?.name && title.startsWith(`${actor.name} `)
  const rest = named ? title.slice(actor.name.length) : title
  const at = rest.indexOf(': ')
  const said = !link ? rest : at > 0
    ? <>{rest.slice(0, at + 2)}<Link to={link} dir="auto">{rest.slice(at + 2)}</Link></>
    : <Link to={link} className="plain-link">{rest}</Link>
  const amount = entry.amount !== undefined && entry.currency
    ? <> <b className={isLoss(entry) ? 'negative-text' : ''}>{money(entry.amount, entry.currency, { signed: isMovement(entry) })}</b>{isMovement(entry) && ' MRR'}</> : null
  return <p>{named && <b dir="auto">{actor.name}</b>}{said}{amount}</p>
}

const iconOf = (entry: TimelineEntry): LucideIcon => (isMovement(entry) ? (isLoss(entry) ? ArrowDownRight : ArrowUpRight) : icons[entry.icon] ?? Zap)

const Entry = ({ entry }: { entry: TimelineEntry & { people?: string[] } }) => {
  const undo = useUndo()
  return (
    <li className="entry" data-testid={`entry-${entry.kind}`}>
      <span className={`ring ${isTrouble(entry) ? 'negative-text' : ''}`} aria-hidden="true">{createElement(iconOf(entry), { size: 13, strokeWidth: 1.75 })}</span>
      <div className="entry-words">
        <Title entry={entry} />
        {entry.undo && <button type="button" className="quiet entry-undo" data-testid="undo-entry" onClick={() => void undo({ id: entry.undo!.id, resource: 'customers' }, entry.title)}>{entry.undo.rows > 1 ? `Take back, of all ${count(entry.undo.rows)} customers` : 'Take back'}</button>}
        {entry.people ? <p className="entry-detail" dir="auto" title={entry.people.join(', ')}>{listed(entry.people)}</p> : entry.detail && <p className={isSpeech(entry) ? 'entry-reason' : 'entry-detail'} dir="auto">{entry.detail}</p>}
      </div>
      <span className="when"><Moment iso={entry.at} /></span>
    </li>
  )
}

/** Everything that happened with a customer in one story, newest first: money where it may be seen, contact, product, colleagues. */
export const CustomerTimeline = ({ id, writer }: { id: string; writer?: ReactNode }) => {
  const { book, resources } = useManifest()
  const now = useNow()
  const [kind, setKind] = useState<TimelineKind | null>(null)
  const story = useTimeline(id, kind)
  const late = useLasting(story.pending, 200)
  const kinds = timelineKinds.filter(k => needs[k]?.some(name => resources.some(r => r.name === name)) ?? true)
  return (
    <Panel
      title="Timeline" testId="timeline"
      aside={
        <div className="segmented" role="group" aria-label="What the timeline shows">
          {[null, ...kinds].map(k => <button key={k ?? 'all'} type="button" aria-pressed={k === kind} data-testid={`timeline-${k ?? 'all'}`} onClick={() => { setKind(k) }}>{k ? words[k] : 'All'}</button>)}
        </div>
      }
    >
      {writer}
      {story.error && story.entries.length === 0 ? <LoadError what="The timeline" error={story.error} onRetry={story.retry} />
        : story.pending ? <div className="story-wait" role="status" aria-busy="true" aria-label="Loading">{late && [70, 52, 61, 44].map(w => <i key={w} style={{ width: `${w}%` }} />)}</div>
          : story.entries.length === 0 ? <p className="muted story-none">{kind ? `Nothing of this kind has happened yet.` : 'Nothing has happened with this customer yet.'}</p>
            : grouped(story.entries, now, book.timeZone).map(run => (
              <section key={run.group} className="story" aria-label={run.group}>
                <h3>{run.group}</h3>
                <ol className="timeline">{foldJoined(run.entries).map(entry => <Entry key={entry.id} entry={entry} />)}</ol>
              </section>
            ))}
      {story.more && <Button block loading={story.busy} data-testid="timeline-more" onClick={story.next}>Show earlier</Button>}
    </Panel>
  )
}
