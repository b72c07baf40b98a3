import { amountOf } from '../company/arithmetic.ts'
import { DAY, HOUR, secondsOf, workingMoment } from '../company/calendar.ts'
import { company, type Company } from '../company/company.ts'
import type { Customer, Subscription } from '../company/wire.ts'
import { productOrganizations, type ProductOrganization } from '../product/product-users.ts'
import { random, type Random } from '../random.ts'
import { DEMO_STAFF, type DemoRole } from '../staff.ts'
import { NOTE_TEXTS, type NoteText } from './note-texts.ts'
import { TICKET_TEXTS } from './ticket-texts.ts'

export interface WorkdayTicket {
  subject: string
  body: string
  status: 'open' | 'pending' | 'solved' | 'closed'
  priority: 'low' | 'normal' | 'high' | 'urgent'
  /** A user of the customer's organisation. */
  requester: { userId: string; name: string; email: string }
  customerExternalId: string
  /** E-mail of the member of staff, null where nobody has taken it. */
  assignee: string | null
  /** ISO 8601, UTC. */
  createdAt: string
  dueAt: string
}

export interface WorkdayNote {
  customerExternalId: string
  author: string
  body: string
  /** E-mails of those named in the text as `@First Last`. */
  mentions: string[]
  createdAt: string
}

/** What the staff have done by the first day, for a filler to post in their names. */
export interface Workday {
  tickets: WorkdayTicket[]
  notes: WorkdayNote[]
  tags: { customerExternalId: string; tags: string[] }[]
  owners: { customerExternalId: string; owner: string }[]
}

type Standing = NoteText['fits']

interface Account {
  organization: ProductOrganization
  standings: Standing[]
  /** Minor units a month, roughly, to tell large from small. */
  size: number
  country: string
  owner: string
}

const TICKETS = 120
const NOTES = 150
const HOURS_TO_ANSWER = { urgent: 4, high: 24, normal: 72, low: 168 }
const LARGE = 120_000

/** The day's work around the company of a seed and a first day; `northwind` may be given where it is there already. */
export function workday(seed: number, firstDay: string, northwind: Company = company(seed, firstDay, { until: secondsOf(firstDay) })): Workday {
  const dice = random(`${seed}/workday`)
  const today = secondsOf(firstDay)
  const accounts = accountsAt(seed, firstDay, northwind, dice)
  const known = accounts.filter(({ organization }) => organization.createdAt < today - 2 * DAY)
  return {
    tickets: inTime(Array.from({ length: TICKETS }, (_, n) => ticketOf(dice, known, today, n))),
    notes: inTime(Array.from({ length: NOTES }, () => noteOf(dice, known, today))),
    tags: known.flatMap((account) => {
      const tags = tagsOf(dice, account)
      return tags.length > 0 ? [{ customerExternalId: account.organization.organizationId, tags }] : []
    }),
    owners: known.filter(({ size }) => size >= LARGE / 3 || dice.chance(0.25)).map(({ organization, owner }) => ({ customerExternalId: organization.organizationId, owner })),
  }
}

function accountsAt(seed: number, firstDay: string, northwind: Company, dice: Random): Account[] {
  const today = secondsOf(firstDay)
  const objects = [...northwind.stateAt(today).values()]
  const organizationOf = new Map(objects.filter((object): object is Customer => object.object === 'customer').map((customer) => [customer.id, customer.metadata.organization_id]))
  const subscriptions = Map.groupBy(objects.filter((object): object is Subscription => object.object === 'subscription'), ({ customer }) => organizationOf.get(customer))
  return productOrganizations(seed, firstDay)
    .filter(({ createdAt }) => createdAt < today)
    .map((organization) => {
      const theirs = subscriptions.get(organization.organizationId) ?? []
      const size = theirs.filter(({ status }) => status === 'active' || status === 'past_due').reduce((sum, subscription) => sum + monthly(subscription), 0)
      const standings: Standing[] = ['any']
      if (theirs.some(({ status }) => status === 'past_due' || status === 'unpaid')) standings.push('late')
      if (theirs.some(({ status, cancel_at_period_end }) => cancel_at_period_end && status !== 'canceled')) standings.push('leaving')
      if (size >= LARGE) standings.push('large')
      if (theirs.length > 0 && theirs.every(({ status }) => status === 'canceled')) standings.push('gone')
      return { organization, standings, size, country: organization.country, owner: dice.weighted([[mailOf('success'), 8], [mailOf('admin'), 1], [mailOf('support'), 1]]) }
    })
}

function monthly({ items }: Subscription): number {
  return items.data.reduce((sum, { price, quantity }) => sum + Math.round(amountOf(price, quantity) / (price.recurring!.interval === 'year' ? 12 : 1)), 0)
}

function ticketOf(dice: Random, accounts: readonly Account[], today: number, n: number): WorkdayTicket {
  const { organization } = dice.pick(accounts)
  const here = organization.users.filter(({ createdAt }) => createdAt < today - DAY)
  const requester = dice.pick(here.length > 0 ? here : organization.users.slice(0, 1))
  const text = dice.weighted(TICKET_TEXTS.map((each) => [each, each.weight] as const))
  // A third came in within the week and is mostly open; the others lie further back and are mostly done.
  const recent = n % 3 === 0
  const created = workingMoment(dice, today - (recent ? dice.int(1, 6) : dice.int(7, 120)) * DAY)
  const status = recent ? dice.weighted<WorkdayTicket['status']>([['open', 6], ['pending', 3], ['solved', 2]]) : dice.weighted<WorkdayTicket['status']>([['open', 1], ['pending', 1], ['solved', 4], ['closed', 9]])
  const fill = (words: string) => words.replaceAll('{n}', String(dice.int(3, 48))).replaceAll('{name}', requester.name)
  return {
    subject: fill(text.subject),
    body: fill(text.body),
    status,
    priority: text.priority,
    requester: { userId: requester.userId, name: requester.name, email: requester.email },
    customerExternalId: organization.organizationId,
    assignee: dice.weighted<string | null>([[mailOf('support'), 7], [mailOf('success'), 2], [mailOf('admin'), 1], [status === 'open' ? null : mailOf('support'), 3]]),
    createdAt: isoOf(created),
    dueAt: isoOf(created + HOURS_TO_ANSWER[text.priority] * HOUR),
  }
}

function noteOf(dice: Random, accounts: readonly Account[], today: number): WorkdayNote {
  const text = dice.weighted(NOTE_TEXTS.map((each) => [each, each.weight] as const))
  const fitting = accounts.filter(({ standings }) => standings.includes(text.fits))
  const { organization, owner } = dice.pick(fitting.length > 0 ? fitting : accounts)
  const author = dice.weighted([[mailOf('success'), 6], [mailOf('support'), 3], [mailOf('finance'), text.fits === 'late' ? 5 : 1]])
  const mentions: string[] = []
  const body = text.body.replace(/\{(\w+)\}/g, (_, word: string) => {
    const email = word === 'owner' ? owner : mailOf(word as DemoRole)
    mentions.push(email)
    return DEMO_STAFF.find((person) => person.email === email)!.name
  })
  const latest = Math.max(organization.createdAt + DAY, today - 200 * DAY)
  return { customerExternalId: organization.organizationId, author, body, mentions, createdAt: isoOf(workingMoment(dice, dice.int(latest, Math.max(latest, today - DAY)))) }
}

function tagsOf(dice: Random, { standings, size, country }: Account): string[] {
  const tags: string[] = []
  if (size >= LARGE * 2) tags.push('vip')
  if (standings.includes('late')) tags.push('payment-risk')
  if (standings.includes('leaving')) tags.push('at-risk')
  if (standings.includes('gone') && dice.chance(0.4)) tags.push('win-back')
  if (['DE', 'FR', 'NL', 'ES', 'IE', 'SE', 'AT', 'BE', 'IT', 'GR'].includes(country) && dice.chance(0.5)) tags.push('eu')
  for (const [tag, chance] of [['reference', 0.05], ['beta', 0.08], ['partner', 0.05], ['sso', 0.09], ['onboarding', 0.06]] as const) if (dice.chance(chance)) tags.push(tag)
  return tags
}

function mailOf(role: DemoRole): string {
  return DEMO_STAFF.find((person) => person.role === role)!.email
}

function inTime<T extends { createdAt: string }>(list: T[]): T[] {
  return list.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0))
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
