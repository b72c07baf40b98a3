import { DAY, HOUR, secondsOf } from '../company/calendar.ts'
import { personIn, slugOf } from '../company/names.ts'
import { profiles, type Profile } from '../company/profiles.ts'
import { random, type Random } from '../random.ts'

/** Somebody who works with Northwind's product at one of its customers. */
export interface ProductUser {
  userId: string
  /** `org_...`, the same word that stands in the metadata of the Stripe customer. */
  organizationId: string
  name: string
  email: string
  title: string
  role: 'owner' | 'admin' | 'member' | 'viewer'
  /** Unix seconds of the invitation accepted. */
  createdAt: number
}

/** A customer as the product knows it. */
export interface ProductOrganization {
  organizationId: string
  name: string
  domain: string
  country: string
  employees: number
  createdAt: number
  users: ProductUser[]
}

const TITLES = ['Operations Manager', 'Project Lead', 'Planner', 'Team Lead', 'Coordinator', 'Analyst', 'Head of Delivery', 'Designer', 'Engineer', 'Office Manager', 'Dispatcher', 'Controller']
/** Names as people write them, which a table, a search and a file must bear. */
const OWN_SCRIPT = ['佐藤 美咲', '陈 伟', '김 민준', 'محمد العتيبي', 'נועה כהן', 'Nguyễn Thị Hồng', 'Zoë O’Neill', 'José María de la Cruz y Fernández', 'Αγγελική Παπαδοπούλου', 'Анна Соколова', "D'Arcy", 'Björk Guðmundsdóttir']

/** Every organisation with its users, in order of joining; those of customers still to come included. */
export function productOrganizations(seed: number, firstDay: string): ProductOrganization[] {
  return profiles(seed, firstDay).flatMap((profile) => (profile.externalId === null ? [] : [organizationOf(seed, firstDay, profile, profile.externalId)]))
}

/** The users of every organisation: some 4,000 on the first day. */
export function productUsers(seed: number, firstDay: string): ProductUser[] {
  return productOrganizations(seed, firstDay).flatMap(({ users }) => users)
}

function organizationOf(seed: number, firstDay: string, profile: Profile, organizationId: string): ProductOrganization {
  const dice = random(`${seed}/users/${profile.index}`)
  const count = Math.min(60, Math.max(3, Math.round(profile.seats * 0.78)))
  const taken = new Set<string>()
  const users = Array.from({ length: count }, (_, place) => userOf(dice, profile, organizationId, place, secondsOf(firstDay), taken))
  return {
    organizationId,
    name: profile.name,
    domain: profile.domain,
    country: profile.country,
    employees: count * dice.int(2, 12),
    createdAt: profile.joinedAt,
    users: users.sort((a, b) => a.createdAt - b.createdAt),
  }
}

function userOf(dice: Random, profile: Profile, organizationId: string, place: number, today: number, taken: Set<string>): ProductUser {
  const [given, family] = place === 0 ? profile.contact : personIn(dice, profile.country)
  const name = place > 0 && dice.chance(0.02) ? dice.pick(OWN_SCRIPT) : `${given} ${family}`
  const plain = `${slugOf(given)}.${slugOf(family)}`
  let mailbox = plain
  for (let n = 2; taken.has(mailbox); n++) mailbox = `${plain}${n}`
  taken.add(mailbox)
  // The first is there at once, the others follow, most of them within weeks; some only in days to come.
  const after = place === 0 ? 0 : Math.floor(dice.next() ** 3 * 420 * DAY) + dice.int(1, 8) * HOUR
  const createdAt = profile.joinedAt + after
  return {
    userId: `usr_${dice.token(14).toLowerCase()}`,
    organizationId,
    name,
    email: `${mailbox}@${profile.domain}`,
    title: dice.pick(TITLES),
    role: place === 0 ? 'owner' : dice.weighted([['admin', 1], ['member', 7], ['viewer', createdAt > today ? 3 : 2]]),
    createdAt,
  }
}
