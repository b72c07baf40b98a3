import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { RelationName } from '../engine/fields/relation.tsx'
import { count } from '../engine/format.ts'
import { apiRoot, http } from '../engine/http.ts'
import { reasonWords } from '../engine/operation.ts'
import { Panel } from '../engine/panel.tsx'
import { keyOfResource } from '../engine/records.ts'
import type { Outcome } from './operation-asked.tsx'

const words: Record<string, string> = { done: 'Done', skipped: 'Left out', failed: 'Failed', waiting: 'Not reached' }
const size = 50

/** Rows by what became of them: reasons with their numbers, then the rows of one outcome, a page at a time. */
export const RowOutcomes = ({ id, resource, reasons, open }: { id: string; resource: string; reasons: Outcome['reasons']; open: boolean }) => {
  const [outcome, setOutcome] = useState<string | null>(null)
  const [after, setAfter] = useState<readonly string[]>([])
  const there = Object.keys(words).filter(o => reasons.some(r => r.outcome === o))
  const chosen = outcome && there.includes(outcome) ? outcome : there.find(o => o === 'failed' || o === 'skipped') ?? there[0] ?? null
  const total = reasons.filter(r => r.outcome === chosen).reduce((sum, r) => sum + r.n, 0)
  const last = after.at(-1)
  const { data } = useQuery({
    queryKey: keyOfResource('operations', 'results', id, chosen, last ?? '', total), enabled: chosen !== null, placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const answer = await http.get<{ id: string; outcome: string; reason?: string }[]>(`${apiRoot}/operations/${id}/results?outcome=${chosen}&_end=${size}${last ? `&_after=${last}` : ''}`, { signal })
      return { rows: answer.data, next: (answer.headers['x-next-cursor'] as string | undefined) ?? null }
    },
  })
  const left = reasons.filter(r => r.outcome !== 'done' && r.outcome !== 'waiting')
  return (
    <Panel
      title="Rows" testId="row-outcomes"
      aside={there.length > 1 && <div className="segmented" role="group" aria-label="Outcome">{there.map(o => <button key={o} type="button" aria-pressed={o === chosen} data-testid={`outcome-${o}`} onClick={() => { setOutcome(o); setAfter([]) }}>{words[o]}</button>)}</div>}
    >
      {left.length > 0 && <ul className="reasons" data-testid="reasons">{left.map(r => <li key={`${r.outcome} ${r.reason}`}><span>{words[r.outcome]}: {reasonWords(r.reason)}</span><b>{count(r.n)}</b></li>)}</ul>}
      {chosen === null ? <p className="muted">{open ? 'No row was looked at yet.' : 'It had no rows.'}</p> : (
        <ul className="outcomes" aria-label={words[chosen]}>
          {data?.rows.map(r => <li key={r.id}><RelationName resource={resource} id={r.id} />{r.reason && <span className="muted">{reasonWords(r.reason)}</span>}</li>)}
        </ul>
      )}
      {(last || data?.next) && <div className="outcome-pages"><Button size="small" disabled={!last} onClick={() => { setAfter(after.slice(0, -1)) }}>Previous</Button><span className="muted">{count(after.length * size + 1)}–{count(after.length * size + (data?.rows.length ?? 0))} of {count(total)}</span><Button size="small" disabled={!data?.next} onClick={() => { if (data?.next) setAfter([...after, data.next]) }}>Next</Button></div>}
    </Panel>
  )
}
