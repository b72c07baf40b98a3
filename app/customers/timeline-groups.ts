import { dayIn } from '../engine/format.ts'

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

const mondayOf = (day: string): string => {
  const at = new Date(`${day}T00:00:00Z`)
  return new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10)
}

/** Which part of the past a moment belongs to: 'Today', 'This week', 'Earlier in November', 'October', 'March 2025'. Weeks begin on Monday; what is ahead is today's. */
export const groupOf = (iso: string, now: Date, zone: string): string => {
  const day = dayIn(new Date(iso), zone), today = dayIn(now, zone)
  if (day >= today) return 'Today'
  if (day >= mondayOf(today)) return 'This week'
  const month = months[Number(day.slice(5, 7)) - 1]!
  if (day.slice(0, 7) === today.slice(0, 7)) return `Earlier in ${month}`
  return day.slice(0, 4) === today.slice(0, 4) ? month : `${month} ${day.slice(0, 4)}`
}

/** Runs of entries of one group, in the order given. */
export const grouped = <E extends { at: string }>(entries: readonly E[], now: Date, zone: string): { group: string; entries: E[] }[] => {
  const runs: { group: string; entries: E[] }[] = []
  for (const entry of entries) {
    const group = groupOf(entry.at, now, zone)
    const last = runs.at(-1)
    if (last?.group === group) last.entries.push(entry)
    else runs.push({ group, entries: [entry] })
  }
  return runs
}

interface Told { id: string; kind: string; title: string; link?: string }

/** Entries with runs of people who joined one after the other told as one: '5 people joined', with their names. Runs of one or two stay as they are. */
export const foldJoined = <E extends Told>(entries: readonly E[]): (E & { people?: string[] })[] => {
  const told: (E & { people?: string[] })[] = []
  const joined = (e: E | undefined): boolean => e !== undefined && e.id.startsWith('user:') && e.title.endsWith(' joined')
  for (let i = 0; i < entries.length;) {
    let end = i
    while (joined(entries[end])) end++
    if (end - i < 3) { told.push(entries[i]!); i++; continue }
    const run = entries.slice(i, end)
    told.push({ ...run[0]!, title: `${run.length} people joined`, link: undefined, people: run.map(e => e.title.slice(0, -' joined'.length)) })
    i = end
  }
  return told
}
