import { useRef, useState, type KeyboardEvent } from 'react'
import { money } from '../engine/format.ts'
import { movementKinds, netOf, type Trend } from './figures.ts'
import { movementLabels } from './figure-words.ts'
import { layout } from './chart-layout.ts'
import { periodShort } from './period-words.ts'

interface Props { rows: readonly Trend[]; currency: string; withFx: boolean; chosen: string | null; onChoose: (period: string) => void }

const ReadOut = ({ row, currency, withFx, side }: { row: Trend; currency: string; withFx: boolean; side: 'left' | 'right' }) => {
  const whole = (n: number, signed = true): string => money(n, currency, { digits: 'whole', signed })
  return (
    <div className={`read-out ${side}`} aria-hidden="true">
      <b>{periodShort(row.period)}{row.complete ? '' : ', to date'}</b>
      <dl>
        <div><dt>Opening</dt><dd>{whole(row.opening, false)}</dd></div>
        {movementKinds.filter(kind => withFx || kind !== 'fx').map(kind => <div key={kind}><dt><i className={`swatch ${kind}`} />{movementLabels[kind]}</dt><dd>{whole(row[kind])}</dd></div>)}
        <div className="total"><dt>Closing</dt><dd>{whole(row.closing, false)}</dd></div>
      </dl>
    </div>
  )
}

/** One real button per period over both plots: hover or focus reads it out, a press opens it, arrows walk. */
export const MonthGrid = ({ rows, currency, withFx, chosen, onChoose }: Props) => {
  const [shown, setShown] = useState<number | null>(null)
  const [current, setCurrent] = useState(rows.length - 1)
  const buttons = useRef<(HTMLButtonElement | null)[]>([])
  const stop = Math.min(current, rows.length - 1)

  const walk = (event: KeyboardEvent, i: number): void => {
    const next = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: rows.length - 1 }[event.key]
    if (event.key === 'Escape') setShown(null)
    if (next === undefined || next < 0 || next >= rows.length) return
    event.preventDefault()
    setCurrent(next)
    buttons.current[next]?.focus()
  }

  const row = shown === null ? undefined : rows[shown]
  return (
    <div className="month-grid" role="group" aria-label="Periods" style={{ left: layout.left, height: layout.height }} onPointerLeave={() => { setShown(null) }}>
      {rows.map((r, i) => (
        <button
          key={r.period} type="button" ref={element => { buttons.current[i] = element }} tabIndex={i === stop ? 0 : -1} data-testid={`period-${r.period}`} aria-pressed={r.period === chosen}
          aria-label={`${periodShort(r.period)}: MRR ${money(r.closing, currency, { digits: 'whole' })}, net ${money(netOf(r), currency, { digits: 'whole', signed: true })}${r.complete ? '' : ', to date'}`}
          onPointerEnter={() => { setShown(i) }} onFocus={event => { setCurrent(i); if (event.currentTarget.matches(':focus-visible')) setShown(i) }} onBlur={() => { setShown(null) }}
          onKeyDown={event => { walk(event, i) }} onClick={() => { onChoose(r.period) }}
        />
      ))}
      {row && shown !== null && <ReadOut row={row} currency={currency} withFx={withFx} side={shown < rows.length / 2 ? 'right' : 'left'} />}
    </div>
  )
}
