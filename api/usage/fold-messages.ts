import { kinds } from '../../resources/engine/fields/index.ts'
import { momentOf, type Message } from './read-message.ts'

/** All that a batch tells of one organisation; null = not told. */
export interface GroupFact { externalId: string; name: string | null; email: string | null; domain: string | null; createdAt: string | null; seenAt: string }
/** All that a batch tells of one user. `toldAt` is the moment of its latest traits, null when there were none. */
export interface UserFact {
  externalId: string; groupId: string | null; name: string | null; email: string | null; role: string | null; title: string | null
  createdAt: string | null; traits: Record<string, unknown>; toldAt: string | null; seenAt: string
}

const line = (value: unknown, max: number): string | null => typeof value === 'string' ? value.replace(/\s+/g, ' ').trim().slice(0, max).toWellFormed() || null : null
const address = (value: unknown): string | null => {
  const read = kinds.email.accept(value, { type: 'email', label: 'Email' })
  return 'ok' in read ? read.ok as string : null
}
const hostOf = (value: unknown): string | null => {
  const text = line(value, 500)?.toLowerCase()
  if (!text) return null
  try { return new URL(text.includes('://') ? text : `https://${text}`).hostname.replace(/^www\./, '').slice(0, 253) || null } catch { return null }
}
const nameOf = (traits: Record<string, unknown>): string | null =>
  line(traits.name, 200) ?? line([traits.firstName ?? traits.first_name, traits.lastName ?? traits.last_name].filter(v => typeof v === 'string').join(' '), 200)
const later = (a: string | null, b: string): string => a === null || b > a ? b : a
const earlier = (a: string | null, b: Date | undefined): string | null => !b ? a : a === null || b.toISOString() < a ? b.toISOString() : a

/** What a batch comes to, one row per organisation and user, whatever the order its messages came in: the later told wins, field by field. */
export function foldMessages(messages: readonly Message[]): { groups: GroupFact[]; users: UserFact[] } {
  const groups = new Map<string, GroupFact>(), users = new Map<string, UserFact>()
  for (const m of messages.toSorted((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1)) {
    if (m.groupId) {
      const g = groups.get(m.groupId) ?? { externalId: m.groupId, name: null, email: null, domain: null, createdAt: null, seenAt: m.at }
      g.seenAt = later(g.seenAt, m.at)
      if (m.type === 'group') {
        g.name = nameOf(m.traits) ?? g.name
        g.email = address(m.traits.email) ?? g.email
        g.domain = hostOf(m.traits.domain) ?? hostOf(m.traits.website) ?? g.domain
        g.createdAt = earlier(g.createdAt, momentOf(m.traits.createdAt ?? m.traits.created_at))
      }
      groups.set(m.groupId, g)
    }
    const u = users.get(m.userId) ?? { externalId: m.userId, groupId: null, name: null, email: null, role: null, title: null, createdAt: null, traits: {}, toldAt: null, seenAt: m.at }
    u.groupId = m.groupId ?? u.groupId
    u.seenAt = later(u.seenAt, m.at)
    if (m.type === 'identify') {
      u.name = nameOf(m.traits) ?? u.name
      u.email = address(m.traits.email) ?? u.email
      u.role = line(m.traits.role, 100) ?? u.role
      u.title = line(m.traits.title, 200) ?? u.title
      u.createdAt = earlier(u.createdAt, momentOf(m.traits.createdAt ?? m.traits.created_at))
      u.traits = { ...u.traits, ...m.traits }
      u.toldAt = m.at
    }
    users.set(m.userId, u)
  }
  const byId = (a: { externalId: string }, b: { externalId: string }) => a.externalId < b.externalId ? -1 : 1
  return { groups: [...groups.values()].sort(byId), users: [...users.values()].sort(byId) }
}
