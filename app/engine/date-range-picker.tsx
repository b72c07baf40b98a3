import { Button, Input, Popover } from 'antd'
import { CalendarDays, ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { date } from './format.ts'

/** Calendar days, both inclusive, YYYY-MM-DD. */
export interface DateRange { from: string; to: string }
export interface RangePreset { key: string; label: string; range: DateRange }

const iso = (at: Date): string => at.toISOString().slice(0, 10)
const utc = (day: string): Date => new Date(`${day}T00:00:00Z`)
const monthStart = (day: string, months: number): string => { const d = utc(day); return iso(new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + months, 1))) }
const before = (day: string): string => iso(new Date(utc(day).getTime() - 86_400_000))

/** The usual ranges as seen from `today` (a day of the book's zone). */
export const usualRanges = (today: string): RangePreset[] => [
  { key: 'month', label: 'This month', range: { from: monthStart(today, 0), to: today } },
  { key: 'last-month', label: 'Last month', range: { from: monthStart(today, -1), to: before(monthStart(today, 0)) } },
  { key: 'quarter', label: 'Last 3 months', range: { from: monthStart(today, -2), to: today } },
  { key: 'year', label: 'Last 12 months', range: { from: monthStart(today, -11), to: today } },
  { key: 'two-years', label: 'Last 24 months', range: { from: monthStart(today, -23), to: today } },
]

interface Props { value: DateRange; today: string; onChange: (range: DateRange) => void; presets?: RangePreset[] }

/** One control for a range of days: presets inside, two dates for anything else. */
export const DateRangePicker = ({ value, today, onChange, presets = usualRanges(today) }: Props) => {
  const [open, setOpen] = useState(false)
  const [draft, setDraft] = useState(value)
  const preset = presets.find(p => p.range.from === value.from && p.range.to === value.to)
  const words = preset?.label ?? `${date(value.from, value.to)} to ${date(value.to)}`
  const valid = /^\d{4}-\d\d-\d\d$/.test(draft.from) && /^\d{4}-\d\d-\d\d$/.test(draft.to) && draft.from <= draft.to
  const choose = (range: DateRange): void => { setOpen(false); onChange(range) }
  return (
    <Popover
      trigger="click" placement="bottomRight" arrow={false} open={open} onOpenChange={next => { setDraft(value); setOpen(next) }}
      content={
        <div className="range-picker">
          <ul>{presets.map(p => <li key={p.key}><button type="button" className="option" aria-pressed={p === preset} onClick={() => { choose(p.range) }}>{p.label}</button></li>)}</ul>
          <form onSubmit={event => { event.preventDefault(); if (valid) choose(draft) }}>
            <label>From<Input type="date" value={draft.from} max={today} onChange={e => { setDraft({ ...draft, from: e.target.value }) }} /></label>
            <label>To<Input type="date" value={draft.to} max={today} onChange={e => { setDraft({ ...draft, to: e.target.value }) }} /></label>
            {!valid && <p className="hint" role="alert">The first day lies after the last.</p>}
            <Button htmlType="submit" disabled={!valid}>Show these days</Button>
          </form>
        </div>
      }
    >
      <Button data-testid="date-range" icon={<CalendarDays size={14} aria-hidden="true" />}>{words}<ChevronDown size={14} aria-hidden="true" /></Button>
    </Popover>
  )
}
