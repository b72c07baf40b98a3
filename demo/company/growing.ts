import type { Account, Contract } from './account.ts'
import { HOUR } from './calendar.ts'
import type { PlanName } from './catalog.ts'
import { addDiscount, changeInterval, changeItems, itemsOf, planNameOf, type OrderedItems } from './changing.ts'
import { update } from './contract.ts'
import { agreeNext } from './schedules.ts'
import { subscribe } from './subscribing.ts'

type Change = (account: Account, contract: Contract, at: number) => void

/** One month in the life of a customer who stays: more seats, fewer, another plan, an add-on, a better price. */
export function grow(account: Account, contract: Contract, at: number): void {
  if (contract.next) return
  const change = account.dice.weighted<Change | null>([
    [null, 790],
    [moreSeats, 98],
    [fewerSeats, 40],
    [higherPlan, 17],
    [lowerPlan, 9],
    [addOn, 12],
    [dropAddOn, 12],
    [toYearly, 10],
    [keepOffer, 5],
    [secondTeam, 3],
    [account.profile.older && contract.months === 1 ? seatRush : null, 30],
  ])
  change?.(account, contract, at)
}

function moreSeats(account: Account, contract: Contract, at: number): void {
  const { dice } = account
  const [[price, seats], ...others] = itemsOf(contract)
  const more = seats + Math.max(1, Math.round((seats * dice.int(6, 32)) / 100))
  changeItems(account, contract, at, [[price, more], ...others], dice.chance(0.7) ? 'invoice' : 'pending')
}

function fewerSeats(account: Account, contract: Contract, at: number): void {
  const [[price, seats], ...others] = itemsOf(contract)
  const fewer = seats - Math.max(1, Math.round((seats * account.dice.int(8, 30)) / 100))
  if (fewer < 1) return
  const order: OrderedItems = [[price, fewer], ...others]
  // A year's plan shrinks when it is renewed; a month's at once, with a credit on the next invoice.
  if (contract.months === 12) agreeNext(account, contract, at, order)
  else changeItems(account, contract, at, order, 'pending')
}

const PLAN_ABOVE: Partial<Record<PlanName, PlanName>> = { Starter: 'Growth', Growth: 'Scale', Scale: 'Enterprise' }
const PLAN_BELOW: Partial<Record<PlanName, PlanName>> = { Growth: 'Starter', Scale: 'Growth', Enterprise: 'Scale' }

function higherPlan(account: Account, contract: Contract, at: number): void {
  const [[price, seats], ...others] = itemsOf(contract)
  const above = PLAN_ABOVE[planNameOf(account, price) as PlanName]
  if (!above) return
  const interval = contract.months === 12 ? 'year' : 'month'
  changeItems(account, contract, at, [[account.catalog.price(above, interval, account.profile.currency), seats + account.dice.int(0, 4)], ...others], 'invoice')
}

/** Asked for now, in force from the next period. */
function lowerPlan(account: Account, contract: Contract, at: number): void {
  const [[price, seats], ...others] = itemsOf(contract)
  const below = PLAN_BELOW[planNameOf(account, price) as PlanName]
  if (!below) return
  const interval = contract.months === 12 ? 'year' : 'month'
  agreeNext(account, contract, at, [[account.catalog.price(below, interval, account.profile.currency), seats], ...others])
}

function addOn(account: Account, contract: Contract, at: number): void {
  const order = itemsOf(contract)
  if (order.length > 1) return
  const interval = contract.months === 12 ? 'year' : 'month'
  changeItems(account, contract, at, [...order, [account.catalog.price('Extra seats', interval, account.profile.currency), account.dice.int(2, 15)]], 'invoice')
}

function dropAddOn(account: Account, contract: Contract, at: number): void {
  const order = itemsOf(contract)
  if (order.length < 2) return
  if (contract.months === 12) agreeNext(account, contract, at, order.slice(0, 1))
  else changeItems(account, contract, at, order.slice(0, 1), 'pending')
}

function toYearly(account: Account, contract: Contract, at: number): void {
  if (contract.months === 1) changeInterval(account, contract, at, 'year')
}

/** A customer who thought of leaving gets a better price for half a year. */
function keepOffer(account: Account, contract: Contract, at: number): void {
  if (contract.now.discounts.length === 0 && contract.months === 1) addDiscount(account, contract, at, 'stay25')
}

/** Another department takes a subscription of its own. */
function secondTeam(account: Account, contract: Contract, at: number): void {
  const { catalog, dice, profile } = account
  if (catalog.rank(contract.now.items.data[0].price) < 1) return
  const second = subscribe(account, at, { items: [[catalog.price('Growth', 'month', profile.currency), dice.int(4, 14)]], trialDays: 0, coupon: null, card: true, sendInvoice: false, refused: false })
  second.now = { ...second.now, metadata: { team: dice.pick(['design', 'field', 'support', 'sales']) } }
  update(account, second, at + 1, {}, 'someone')
}

/** A busy week: seats are added day by day and come as many prorations on one invoice. */
function seatRush(account: Account, contract: Contract, at: number): void {
  const { agenda, dice } = account
  for (let n = 0; n < 7; n++) {
    agenda.plan(at + n * 2 * HOUR + dice.int(0, HOUR), (then) => {
      const [[price, seats], ...others] = itemsOf(contract)
      changeItems(account, contract, then, [[price, seats + 1], ...others], 'pending')
    })
  }
}
