import { storable } from '../../resources/engine/fields/kind.ts'

/** One message of the company's product, checked. `at` is when it happened there, never later than it was received. */
export interface Message {
  id: string
  type: 'identify' | 'group' | 'track'
  userId: string
  groupId: string | null
  traits: Record<string, unknown>
  /** Name of the act, of a track. */
  event: string | null
  properties: Record<string, unknown>
  at: string
}

export const largestMessage = 32_768
const idLength = 200
const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
/** Page and screen calls are acts of that name. */
const typed: Record<string, Message['type']> = { identify: 'identify', group: 'group', track: 'track', page: 'track', screen: 'track' }

/** What no honest message holds, in one sentence; nothing when it can be stored. */
function unfit(root: unknown): string | undefined {
  const stack: { node: unknown; depth: number }[] = [{ node: root, depth: 0 }]
  while (stack.length) {
    const { node, depth } = stack.pop()!
    if (typeof node === 'string' && !storable(node)) return 'It holds a character that cannot be stored.'
    if (typeof node !== 'object' || node === null) continue
    if (depth > 20) return 'It is nested more than 20 deep.'
    for (const [key, value] of Object.entries(node)) {
      if (forbidden.has(key)) return `It holds the key "${key}".`
      if (!storable(key)) return 'It holds a character that cannot be stored.'
      stack.push({ node: value, depth: depth + 1 })
    }
  }
  return undefined
}

const object = (value: unknown): Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {}
const idOf = (value: unknown): string | undefined => {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : typeof value === 'string' ? value.trim() : ''
  return text && text.length <= idLength ? text : undefined
}

/** A moment told as ISO 8601 text, seconds or milliseconds; undefined when it is none. */
export function momentOf(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const at = typeof value === 'number' ? new Date(value < 1e11 ? value * 1000 : value) : typeof value === 'string' ? /^\d{9,13}$/.test(value) ? momentOf(Number(value)) : new Date(value) : undefined
  return at && !Number.isNaN(at.getTime()) && at.getTime() >= Date.UTC(2000, 0, 1) && at.getTime() < Date.UTC(2200, 0, 1) ? at : undefined
}

/** Reads a message in Segment's shape, or says in one sentence why it cannot be used. `fallbackId` is its id when it brings none. */
export function readMessage(raw: unknown, now: Date, fallbackId: () => string): Message | { reason: string } {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { reason: 'A message must be an object.' }
  const m = raw as Record<string, unknown>
  const wrong = unfit(m)
  if (wrong) return { reason: wrong }
  if (Buffer.byteLength(JSON.stringify(m)) > largestMessage) return { reason: 'It is larger than 32 kB.' }
  const type = typeof m.type === 'string' && Object.hasOwn(typed, m.type) ? typed[m.type] : undefined
  if (!type) return { reason: m.type === undefined ? 'type is missing.' : 'type is none of identify, group, track, page, screen.' }
  const userId = idOf(m.userId)
  if (!userId) return { reason: m.userId === undefined || m.userId === null || m.userId === '' ? 'userId is missing.' : `userId must be text of at most ${idLength} characters.` }
  const given = m.groupId ?? object(m.context).groupId
  const groupId = idOf(given) ?? null
  if (type === 'group' && !groupId) return { reason: 'groupId is missing.' }
  if (given !== undefined && given !== null && given !== '' && !groupId) return { reason: `groupId must be text of at most ${idLength} characters.` }
  const told = m.timestamp ?? m.sentAt
  const at = momentOf(told)
  if (told !== undefined && told !== null && told !== '' && !at) return { reason: 'timestamp is no moment.' }
  let event: string | null = null
  if (type === 'track') {
    const name = m.type === 'track' ? m.event : typeof m.name === 'string' && m.name ? `${m.type}: ${m.name}` : m.type
    if (typeof name !== 'string' || !name.trim()) return { reason: 'event is missing.' }
    event = name.trim().slice(0, 200).toWellFormed()
  }
  if (m.messageId !== undefined && !idOf(m.messageId)) return { reason: `messageId must be text of at most ${idLength} characters.` }
  return {
    id: idOf(m.messageId) ?? fallbackId(), type, userId, groupId, event, traits: object(m.traits), properties: object(m.properties),
    at: (at && at < now ? at : now).toISOString(),
  }
}
