import { random, type Random } from '../random.ts'
import { addMonths, DAY, HOUR, secondsOf, workingMoment } from './calendar.ts'
import type { Currency, Interval, PlanName } from './catalog.ts'
import { EURO_COUNTRIES, firms, type Firm } from './names.ts'

export const MONTHS_BEFORE = 24
export const MONTHS_AFTER = 24
export const OLDER_CUSTOMERS = 20

/** Who a customer is and what they first bought. Everything after that is `life.ts`. */
export interface Profile extends Firm {
  index: number
  /** Id of the organisation in Northwind's own product; null where nobody linked the two. */
  externalId: string | null
  email: string
  domain: string
  currency: Currency
  /** Joined before the 24 months: no event tells of them until a week after the first day. */
  older: boolean
  joinedAt: number
  plan: PlanName
  interval: Interval
  seats: number
}

/** Sign-ups of a month, counted from the first of the 24: a loud launch, then steady growth. */
function signUpsIn(month: number): number {
  return month === 0 ? 30 : Math.round(11.6 + Math.min(month, 36) * 0.33)
}

/** Every customer Northwind has or will have within the two times 24 months, in order of joining. */
export function profiles(seed: number, firstDay: string): Profile[] {
  const dice = random(`${seed}/profiles`)
  const today = secondsOf(firstDay)
  const joined: { at: number; older: boolean }[] = []
  for (let n = 0; n < OLDER_CUSTOMERS; n++) joined.push({ at: olderStart(dice, today, n), older: true })
  joined.sort((a, b) => a.at - b.at)
  for (let month = 0; month < MONTHS_BEFORE + MONTHS_AFTER; month++) {
    const start = addMonths(today, month - MONTHS_BEFORE)
    const days = Math.round((addMonths(today, month - MONTHS_BEFORE + 1) - start) / DAY)
    const moments = Array.from({ length: signUpsIn(month) }, () => workingMoment(dice, start + dice.int(0, days - 1) * DAY))
    for (const at of moments.sort((a, b) => a - b)) joined.push({ at, older: false })
  }
  const known = firms(seed, joined.length)
  return joined.map(({ at, older }, index) => profileOf(dice, known[index], index, at, older))
}

/** Two to five years before the window, on a day of the month that leaves the days after the first day free. */
function olderStart(dice: Random, today: number, n: number): number {
  const back = MONTHS_BEFORE + 2 + Math.floor((n * 34) / OLDER_CUSTOMERS) + dice.int(0, 1)
  return addMonths(today, -back) - dice.int(2, 18) * DAY + dice.int(8, 17) * HOUR + dice.int(0, 3599)
}

function profileOf(dice: Random, firm: Firm, index: number, joinedAt: number, older: boolean): Profile {
  const plan = dice.weighted<PlanName>(older ? [['Growth', 4], ['Scale', 8], ['Enterprise', 4]] : [['Starter', 42], ['Growth', 37], ['Scale', 17], ['Enterprise', 4]])
  const yearly = { Starter: 0.55, Growth: 0.66, Scale: 0.76, Enterprise: 0.95 }[plan]
  const seats = { Starter: () => dice.int(2, 9), Growth: () => dice.int(5, 22), Scale: () => dice.int(12, 41), Enterprise: () => dice.int(30, 64) }[plan]()
  const domain = `${firm.slug}.example`
  const mailbox = dice.weighted([[`${firm.contact[0]}.${firm.contact[1]}`, 5], ['billing', 3], ['accounts', 2], ['finance', 2]])
  return {
    ...firm,
    index,
    externalId: dice.chance(0.93) ? `org_${dice.token(12).toLowerCase()}` : null,
    email: `${mailbox.split('.').map(localPart).join('.')}@${domain}`,
    domain,
    currency: EURO_COUNTRIES.has(firm.country) ? 'eur' : 'usd',
    older,
    joinedAt,
    plan,
    interval: dice.chance(older ? 0.5 : yearly) ? 'year' : 'month',
    seats: older ? seats + dice.int(6, 28) : seats,
  }
}

function localPart(text: string): string {
  return text.replace(/ı/g, 'i').normalize('NFKD').replace(/[^A-Za-z0-9-]/g, '').toLowerCase() || 'hello'
}
