const parts = (at: Date, zone: string): number[] => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })
  const p = Object.fromEntries(format.formatToParts(at).map(x => [x.type, Number(x.value)]))
  return [p.year!, p.month!, p.day!, p.hour!, p.minute!]
}

const asUtc = ([year, month, day, hour, minute]: number[]): number => Date.UTC(year!, month! - 1, day, hour, minute)

/** A moment as the clock of a zone shows it, for an input: '2026-11-14T09:12'. */
export const toLocal = (iso: string, zone: string): string => {
  const [year, ...rest] = parts(new Date(iso), zone)
  const [month, day, hour, minute] = rest.map(n => String(n).padStart(2, '0'))
  return `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}`
}

/** The reverse, ISO UTC. An hour that a clock change skips moves on by an hour, one that it repeats is the earlier. */
export const toUtc = (local: string, zone: string): string => {
  const wall = Date.parse(`${local.slice(0, 16)}:00Z`)
  const offset = (at: number): number => asUtc(parts(new Date(at), zone)) - at
  const candidates = [wall - offset(wall - 86_400_000), wall - offset(wall + 86_400_000)]
  const right = candidates.filter(at => at + offset(at) === wall)
  return new Date(right.length > 0 ? Math.min(...right) : Math.max(...candidates)).toISOString()
}
