import { Button } from 'antd'
import { History } from 'lucide-react'
import { useState } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { AlertBanner } from './alert-banner.tsx'
import type { Difference } from './changes.ts'
import type { Row } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { lower, relativeTime } from './format.ts'
import { useManifest } from './manifest.tsx'
import { useNow } from './now.tsx'
import { useHistory } from './records.ts'

interface Props {
  resource: ManifestResource
  id: string
  differences: readonly Difference[]
  /** The fields of which the other's value is taken; the rest stays mine. */
  onTake: (fields: readonly string[]) => void
  onSave: (theirs: readonly string[]) => void
}

/** Somebody else was faster: who, what, and a choice for each field that both changed. Nothing typed is lost. */
export const Conflict = ({ resource, id, differences, onTake, onSave }: Props) => {
  const { book } = useManifest()
  const now = useNow()
  const [theirs, setTheirs] = useState<readonly string[]>([])
  const { data } = useHistory(resource.name, id, resource.can.history)
  const last = data?.[0]
  const both = differences.filter(d => d.both)
  const what = lower(resource.label[0])
  const show = (field: string, value: unknown): React.ReactNode => {
    const declared = resource.fields[field]!
    const { Cell } = kitOf(declared.type)
    return <Cell value={value} field={declared} row={{ id } as Row} book={book} place="table" />
  }
  return (
    <AlertBanner
      tone="caution" icon={History} testId="conflict" title={last ? `${last.actor.name} changed this ${what} ${relativeTime(last.at, now, book.timeZone)}.` : `This ${what} was changed while you edited it.`}
      actions={<><Button onClick={() => { onTake(both.map(d => d.field)) }} data-testid="take-theirs">Take theirs</Button><Button onClick={() => { onSave(theirs) }} data-testid="keep-mine">{theirs.length === 0 ? 'Keep mine and save' : 'Save as chosen'}</Button></>}
    >
      Your text is kept.
      <table className="conflict">
        <thead><tr><th scope="col">Field</th><th scope="col">Was</th><th scope="col">Theirs</th><th scope="col">Mine</th></tr></thead>
        <tbody>
          {differences.map(d => {
            const label = resource.fields[d.field]!.label
            return (
              <tr key={d.field} data-testid={`conflict-${d.field}`}>
                <th scope="row">{label}</th><td>{show(d.field, d.base)}</td>
                <td>{d.both ? <label><input type="radio" name={`conflict-${d.field}`} aria-label={`${label}: theirs`} checked={theirs.includes(d.field)} onChange={() => { setTheirs([...theirs, d.field]) }} />{show(d.field, d.theirs)}</label> : show(d.field, d.theirs)}</td>
                <td>{d.both ? <label><input type="radio" name={`conflict-${d.field}`} aria-label={`${label}: mine`} checked={!theirs.includes(d.field)} onChange={() => { setTheirs(theirs.filter(f => f !== d.field)) }} />{show(d.field, d.mine)}</label> : <span className="muted">not changed</span>}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </AlertBanner>
  )
}
