import { useMemo, useState } from 'react'
import { CopyButton } from '../engine/copy-button.tsx'
import { foldLines, jsonLines } from './marked-json.ts'

/** Raw JSON with the lines that were read marked; what lies far from a mark is folded until asked for. */
export const RawEvent = ({ value, used, label }: { value: unknown; used: readonly string[]; label: string }) => {
  const [whole, setWhole] = useState(false)
  const segments = useMemo(() => foldLines(jsonLines(value, used)), [value, used])
  const folds = segments.some(s => s.folded)
  return (
    <>
      <div className="raw-tools">
        {folds && <button type="button" className="quiet" aria-expanded={whole} onClick={() => { setWhole(!whole) }}>{whole ? 'Only what counts' : 'Show all lines'}</button>}
        <CopyButton text={JSON.stringify(value, null, 2)} what={label} />
      </div>
      <div className="raw marked" role="region" aria-label={label} tabIndex={0} data-testid="raw-event">
        {segments.map((segment, i) => segment.folded && !whole
          ? <button key={i} type="button" className="fold" onClick={() => { setWhole(true) }}>{segment.lines.length} more lines</button>
          : segment.lines.map((line, k) => (line.marked ? <mark key={`${i} ${k}`}>{line.text}{'\n'}</mark> : <span key={`${i} ${k}`}>{line.text}{'\n'}</span>)))}
      </div>
    </>
  )
}
