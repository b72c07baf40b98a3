import { DAY, dateOf } from '../company/calendar.ts'
import { random, type Random } from '../random.ts'
import { productOrganizations, type ProductOrganization, type ProductUser } from './product-users.ts'

/** A message in Segment's shape. `messageId` is the same for the same fact for ever. */
export interface ProductFact {
  type: 'identify' | 'group' | 'track'
  messageId: string
  userId: string
  /** ISO 8601, UTC. */
  timestamp: string
  groupId?: string
  event?: string
  traits?: Record<string, unknown>
  properties?: Record<string, unknown>
  context: { groupId: string; library: { name: string; version: string } }
}

const LIBRARY = { name: 'northwind-server', version: '4.2.0' }
/** Share of an organisation's users who are at work on an ordinary day and leave a trace. */
const AT_WORK = 0.05

const ACTS: readonly (readonly [string, number, (dice: Random) => Record<string, unknown>])[] = [
  ['Signed In', 30, (dice) => ({ method: dice.pick(['password', 'google', 'saml']) })],
  ['Project Created', 8, (dice) => ({ template: dice.pick(['blank', 'sprint', 'rollout', 'audit']) })],
  ['Task Completed', 30, (dice) => ({ count: dice.int(1, 14) })],
  ['Report Exported', 9, (dice) => ({ format: dice.pick(['pdf', 'csv', 'xlsx']), rows: dice.int(10, 4000) })],
  ['Automation Run', 12, (dice) => ({ steps: dice.int(1, 9), failed: dice.chance(0.06) })],
  ['Teammate Invited', 4, (dice) => ({ role: dice.pick(['member', 'viewer']) })],
  ['Integration Connected', 2, (dice) => ({ name: dice.pick(['Slack', 'Jira', 'Google Drive', 'SAP', 'Teams']) })],
  ['Search Performed', 14, (dice) => ({ results: dice.int(0, 60) })],
]

/**
 * What the product has to tell of the time after `from` up to and including `to` (Unix seconds), in
 * order of time: users and organisations as they appear, and what people do. Acts are told of the
 * thirty days before the first day and of every day after it.
 */
export function productFacts(seed: number, firstDay: string, from: number, to: number): ProductFact[] {
  const organizations = productOrganizations(seed, firstDay)
  const facts: (readonly [number, ProductFact])[] = []
  for (const organization of organizations) {
    for (const [place, user] of organization.users.entries()) {
      if (user.createdAt <= from || user.createdAt > to) continue
      facts.push([user.createdAt, identify(user)], [user.createdAt, group(organization, user, place === 0)])
    }
  }
  const firstActs = Date.parse(`${firstDay}T00:00:00Z`) / 1000 - 30 * DAY
  for (let day = Math.floor(Math.max(from, firstActs) / DAY) * DAY; day <= to; day += DAY) {
    for (const [at, fact] of actsOf(seed, day, organizations)) if (at > from && at <= to && at >= firstActs) facts.push([at, fact])
  }
  return facts.sort((a, b) => a[0] - b[0] || (a[1].messageId < b[1].messageId ? -1 : 1)).map(([, fact]) => fact)
}

function identify(user: ProductUser): ProductFact {
  const { name, email, title, role, createdAt, organizationId } = user
  return { ...headOf('identify', user, createdAt, 'identify'), traits: { name, email, title, role, createdAt: isoOf(createdAt), organizationId } }
}

/** The first user of an organisation tells all about it, the others that they belong to it. */
function group(organization: ProductOrganization, user: ProductUser, whole: boolean): ProductFact {
  const { organizationId, name, domain, country, employees, createdAt } = organization
  const traits = whole ? { name, domain, website: `https://${domain}`, country, employees, createdAt: isoOf(createdAt) } : { name }
  return { ...headOf('group', user, user.createdAt, 'group'), groupId: organizationId, traits }
}

/** What is done on one day, the same however the days are asked for. */
function actsOf(seed: number, day: number, organizations: readonly ProductOrganization[]): (readonly [number, ProductFact])[] {
  const dice = random(`${seed}/acts/${dateOf(day)}`)
  const weekend = [0, 6].includes(new Date(day * 1000).getUTCDay())
  const facts: (readonly [number, ProductFact])[] = []
  for (const { users } of organizations) {
    for (const user of users) {
      // The dice are thrown for everyone, so that nobody's arrival moves what the others do.
      const works = dice.chance(weekend ? AT_WORK / 6 : AT_WORK)
      if (!works) continue
      const [event, , properties] = dice.weighted(ACTS.map((act) => [act, act[1]] as const))
      const at = day + dice.int(6 * 3600, 20 * 3600)
      const fact = { ...headOf('track', user, at, `track-${dateOf(day)}`), event, properties: properties(dice) }
      if (user.createdAt < day) facts.push([at, fact])
    }
  }
  return facts
}

function headOf(type: ProductFact['type'], user: ProductUser, at: number, word: string) {
  return { type, messageId: `${word}-${user.userId}`, userId: user.userId, timestamp: isoOf(at), context: { groupId: user.organizationId, library: LIBRARY } }
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
