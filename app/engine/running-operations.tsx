import { useQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { useReport } from './act.ts'
import { asApiError } from './api-error.ts'
import { count } from './format.ts'
import { useResource } from './manifest.tsx'
import { cancelOperation, fetchOperation, isOpen, progressOf, type Operation } from './operation.ts'
import { keyOfResource } from './records.ts'
import { unwatch, useWatched, type Watched } from './running.ts'
import { useToast } from './toasts.tsx'
import { useUndo } from './use-undo.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'

/** An operation as it stands, asked for each second until it has ended. */
export const useOperation = (id: string): { operation: Operation | undefined; gone: boolean } => {
  const { data, error } = useQuery({
    queryKey: keyOfResource('operations', 'progress', id), retry: 3,
    queryFn: ({ signal }) => fetchOperation(id, signal),
    refetchInterval: query => { const known = query.state.data as Operation | undefined; return known === undefined || isOpen(known) ? 1_000 : false },
  })
  return { operation: data, gone: error ? [403, 404].includes(asApiError(error).statusCode) : false }
}

export const Bar = ({ operation, label }: { operation: Operation; label: string }) => <progress className="progress" aria-label={label} max={1} value={operation.state === 'waiting' ? 0 : progressOf(operation)} />

/** How far it is, in words. */
export const progressWords = (operation: Operation, now: number): string =>
  operation.asks ? 'waits for approval'
  : operation.state === 'waiting' && operation.runsAt ? `leaves in ${Math.max(0, Math.ceil((Date.parse(operation.runsAt) - now) / 1000))} s`
  : operation.state === 'waiting' ? 'waits for its turn'
  : operation.takingBack ? `${count(operation.takenBack ?? 0)} of ${count(operation.done)} taken back`
  : `${count(operation.done + operation.skipped + operation.failed)} of ${count(operation.total)}`

/** The present second. */
const useSeconds = (): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => { const timer = setInterval(() => { setNow(Date.now()) }, 1_000); return () => { clearInterval(timer) } }, [])
  return now
}

const One = ({ watched, resource }: { watched: Watched; resource: ManifestResource }) => {
  const { operation, gone } = useOperation(watched.id)
  const report = useReport(resource)
  const undo = useUndo()
  const toast = useToast()
  const client = useQueryClient()
  const now = useSeconds()
  const over = gone || (operation !== undefined && !isOpen(operation))
  useEffect(() => {
    if (!over) return
    unwatch(watched.id)
    if (operation) report({ label: watched.label }, operation)
  })
  if (over) return null
  const stop = async (): Promise<void> => {
    try { client.setQueryData(keyOfResource('operations', 'progress', watched.id), await cancelOperation(watched.id)) } catch (thrown) { toast({ text: asApiError(thrown).message, tone: 'negative', seconds: 12 }) }
  }
  const delayed = operation?.state === 'waiting' && operation.runsAt
  return (
    <li className="running-one" data-testid="running-operation">
      <div className="running-words"><Link to={`/operations/${watched.id}`} className="name">{watched.label}</Link><span className="muted" role="status">{operation ? progressWords(operation, now) : ''}</span></div>
      {operation && <Bar operation={operation} label={watched.label} />}
      {operation && (delayed ? <button type="button" className="quiet-button" data-testid="call-back" onClick={() => void undo(operation, watched.label)}>Call back</button>
        : !operation.takingBack && <button type="button" className="icon-button" aria-label={`Stop: ${watched.label}`} title="Stop; what is done stays" data-testid="cancel-operation" onClick={() => void stop()}><X size={14} aria-hidden="true" /></button>)}
    </li>
  )
}

const Known = ({ watched }: { watched: Watched }) => {
  const resource = useResource(watched.resource)
  useEffect(() => { if (!resource) unwatch(watched.id) }, [resource, watched.id])
  return resource ? <One watched={watched} resource={resource} /> : null
}

/** What this person set going and has not ended yet, on every page and after a reload: progress, stop, and the result once it is there. */
export const RunningOperations = () => {
  const watched = useWatched()
  return watched.length === 0 ? null : <section className="running" aria-label="Running operations"><ul>{watched.map(w => <Known key={w.id} watched={w} />)}</ul></section>
}
