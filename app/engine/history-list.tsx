import { Pencil, Plus, RotateCcw, Trash2, Zap, type LucideIcon } from 'lucide-react'
import { Fragment } from 'react'
import type { HistoryEntry, ManifestResource } from '../../resources/engine/manifest.ts'
import { Moment } from './fields/instant.tsx'
import { isEmpty, type Row } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { count, lower } from './format.ts'
import { useManifest } from './manifest.tsx'
import { Nothing } from './nothing.tsx'
import { useHistory } from './records.ts'
import { LoadError } from './states.tsx'
import { useUndo } from './use-undo.ts'

const icons: Record<string, LucideIcon> = { create: Plus, update: Pencil, delete: Trash2, restore: RotateCcw }
const verbs: Record<string, string> = {
  create: 'made this', update: 'changed', delete: 'removed this', restore: 'brought this back', import: 'imported this',
  approve: 'approved this', reject: 'rejected this', cancel: 'stopped this', undo: 'took this back', stop: 'stopped this', expire: 'ended this',
}

const Change = ({ resource, name, value, other }: { resource: ManifestResource; name: string; value: unknown; other: unknown }) => {
  const { book } = useManifest()
  const field = resource.fields[name]
  if (value === undefined && other === undefined) return <span className="muted">not kept</span>
  if (!field) return isEmpty(value) ? <Nothing /> : <span className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</span>
  const { Cell } = kitOf(field.type)
  return <Cell value={value} field={field} row={{ id: '' } as Row} book={book} place="table" />
}

const Entry = ({ entry, resource }: { entry: HistoryEntry; resource: ManifestResource }) => {
  const Icon = icons[entry.act] ?? Zap
  const undo = useUndo()
  const changes = Object.entries(entry.changes).filter(([name]) => name in resource.fields || entry.act !== 'create')
  const label = resource.actions[entry.act]?.label
  const labels = changes.map(([name]) => lower(resource.fields[name]?.label ?? name))
  const said = entry.act === 'update' ? `changed ${labels.length <= 3 ? labels.join(', ') || lower(resource.label[0]) : `${labels.length} fields`}` : verbs[entry.act] ?? (label ? `did: ${lower(label)}` : `did: ${entry.act}`)
  return (
    <li className="entry">
      <span className="ring" aria-hidden="true"><Icon size={13} strokeWidth={1.75} /></span>
      <div className="entry-words">
        <p><b dir="auto">{entry.actor.name}</b> {said}{entry.onBehalfOf && <> for <b dir="auto">{entry.onBehalfOf.name}</b></>}</p>
        {entry.reason && <p className="entry-reason" dir="auto">{entry.reason}</p>}
        {entry.undo && <button type="button" className="quiet entry-undo" data-testid="undo-entry" onClick={() => void undo({ id: entry.undo!.id, resource: resource.name }, label ?? said)}>{entry.undo.rows > 1 ? `Take back, of all ${count(entry.undo.rows)} ${lower(resource.label[1])}` : 'Take back'}</button>}
        {entry.act !== 'create' && changes.length > 0 && (
          <dl className="changes">
            {changes.map(([name, { before, after }]) => (
              <Fragment key={name}><dt>{resource.fields[name]?.label ?? name}</dt><dd><span className="before"><span className="sr">before </span><Change resource={resource} name={name} value={before} other={after} /></span><span aria-hidden="true" className="to">→</span><span className="after"><span className="sr">after </span><Change resource={resource} name={name} value={after} other={before} /></span></dd></Fragment>
            ))}
          </dl>
        )}
      </div>
      <span className="when"><Moment iso={entry.at} /></span>
    </li>
  )
}

/** What people and the product did to a row, newest first, each change with its value before and after. */
export const HistoryList = ({ resource, id, most }: { resource: ManifestResource; id: string; most?: number }) => {
  const { data, error, pending, retry } = useHistory(resource.name, id, resource.can.history)
  if (error) return <LoadError what="History" error={error} onRetry={retry} />
  if (pending || !data) return <p className="muted" aria-busy="true">&nbsp;</p>
  if (data.length === 0) return <p className="muted">Nobody has changed this {lower(resource.label[0])} here yet.</p>
  return <ol className="timeline" data-testid="history">{data.slice(0, most).map((entry, i) => <Entry key={`${entry.at} ${i}`} entry={entry} resource={resource} />)}</ol>
}
