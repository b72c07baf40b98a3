import type { Account, Contract } from './account.ts'
import { followUp } from './aftermath.ts'
import { DAY, HOUR } from './calendar.ts'
import { draftInvoice } from './invoices.ts'
import { chargeOf, decline, invoicePaymentOf, paymentIntentOf } from './payments.ts'
import { endNow, update } from './contract.ts'
import { page, type Invoice, type InvoicePayment, type PaymentIntent, type Subscription } from './wire.ts'
import type { LineDraft } from './account.ts'

/** Days after the first refusal on which Stripe tries again, and what it does after the last. */
const RETRIES = [3, 8, 15]
const LAST_DAY = 19

/** An invoice on its way from final to settled, with the payment it waits for. */
interface Collection {
  contract: Contract
  invoice: Invoice
  intent: PaymentIntent
  payment: InvoicePayment
}

/** Drafts the invoice of an instant and settles it `delay` seconds later. Returns its id. */
export function bill(account: Account, contract: Contract, at: number, reason: Invoice['billing_reason'], lines: readonly LineDraft[], delay: number): Invoice {
  const invoice = draftInvoice(account, contract, at, reason, lines)
  if (delay > 0) account.recorder.keep(at, invoice)
  for (const line of invoice.lines.data) {
    const item = line.parent?.subscription_item_details
    if (item && !item.proration) contract.billed.set(item.subscription_item, { invoice: invoice.id, line: line.id })
  }
  account.agenda.plan(at + delay, (then) => finalise(account, contract, invoice, then))
  return invoice
}

function finalise(account: Account, contract: Contract, draft: Invoice, at: number): void {
  const { ids, recorder } = account
  account.invoiceCount++
  const open: Invoice = {
    ...draft,
    auto_advance: true,
    automatically_finalizes_at: null,
    effective_at: at,
    ending_balance: 0,
    hosted_invoice_url: `https://invoice.stripe.com/i/${draft.id}`,
    invoice_pdf: `https://pay.stripe.com/invoice/${draft.id}/pdf`,
    number: `${account.customer.invoice_prefix}-${String(account.invoiceCount).padStart(4, '0')}`,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: at },
    webhooks_delivered_at: draft.created,
  }
  if (open.amount_due === 0) {
    recorder.tell(at, 'invoice.paid', { ...open, attempted: true, auto_advance: false, status: 'paid', status_transitions: { ...open.status_transitions, paid_at: at } })
    return
  }
  const intent = paymentIntentOf(ids, open, account.card.id)
  const payment = invoicePaymentOf(ids, open, intent, at)
  const collection: Collection = { contract, invoice: { ...open, payments: page(draft.payments.url, [payment]) }, intent, payment }
  if (open.collection_method === 'send_invoice') sendOut(account, collection, at)
  else attempt(account, collection, 0, at)
}

/** Large customers get a bill and pay it within about thirty days, or somewhat later. */
function sendOut(account: Account, collection: Collection, at: number): void {
  const { agenda, dice, recorder } = account
  recorder.keep(at, collection.intent, collection.payment)
  recorder.tell(at, 'invoice.finalized', collection.invoice)
  const late = dice.chance(0.12)
  const due = collection.invoice.due_date!
  if (late) {
    agenda.plan(due + HOUR, (then) => {
      recorder.tell(then, 'invoice.overdue', collection.invoice)
      mark(account, collection.contract, then, 'active', 'past_due')
    })
  }
  agenda.plan(late ? due + dice.int(2, 25) * DAY + dice.int(0, HOUR) : at + dice.int(6, 28) * DAY + dice.int(0, 8 * HOUR), (then) => succeed(account, collection, then))
}

/** The share of charges that a bank refuses; the weeks before the first day were bad ones. */
function refusalRate(account: Account, invoice: Invoice, at: number): number {
  if (at > account.today - 19 * DAY && at < account.today) return 0.2
  return invoice.billing_reason === 'subscription_cycle' ? 0.055 : 0.012
}

function attempt(account: Account, collection: Collection, tries: number, at: number): void {
  const { dice } = account
  const { status } = collection.contract.now
  if (tries > 0 && status === 'canceled') return
  const refused = tries > 0 ? dice.chance(0.6) : status === 'incomplete' || dice.chance(refusalRate(account, collection.invoice, at))
  if (refused && tries === 0) refuseFirst(account, collection, at)
  else if (refused) refuse(account, collection, tries, at)
  else succeed(account, collection, at)
}

/** The first refusal follows the final invoice by a moment. */
function refuseFirst(account: Account, collection: Collection, at: number): void {
  account.recorder.keep(at, collection.payment)
  account.recorder.tell(at, 'invoice.finalized', collection.invoice)
  account.agenda.plan(at + 2, (then) => refuse(account, collection, 0, then))
}

function refuse(account: Account, collection: Collection, tries: number, at: number): void {
  const { agenda, dice, ids, recorder } = account
  const refusal = decline(dice)
  const charge = chargeOf(ids, collection.intent, account.customer, account.card, at, refusal)
  collection.intent = {
    ...collection.intent,
    last_payment_error: { charge: charge.id, code: refusal.code, decline_code: refusal.declineCode, message: refusal.message, payment_method_type: 'card', type: 'card_error' },
    latest_charge: charge.id,
  }
  const first = collection.contract.now.status === 'incomplete'
  const again = !first && tries < RETRIES.length ? at + (RETRIES[tries] - (RETRIES[tries - 1] ?? 0)) * DAY + dice.int(0, 5 * HOUR) : null
  collection.invoice = { ...collection.invoice, attempt_count: tries + 1, attempted: true, next_payment_attempt: again }
  recorder.keep(at, charge)
  recorder.tell(at, 'payment_intent.payment_failed', collection.intent)
  recorder.tell(at, 'invoice.payment_failed', collection.invoice)
  if (tries === 0) mark(account, collection.contract, at, 'active', 'past_due')
  if (first) secondThought(account, collection, at)
  else if (again !== null) agenda.plan(again, (then) => attempt(account, collection, tries + 1, then))
  else agenda.plan(at + (LAST_DAY - RETRIES[RETRIES.length - 1]) * DAY, (then) => giveUp(account, collection, then))
}

/** A first payment that was refused is made with another card within the hour, or the subscription expires after 23 hours. */
function secondThought(account: Account, collection: Collection, at: number): void {
  const { agenda, dice, recorder } = account
  if (dice.chance(0.65)) {
    agenda.plan(at + dice.int(90, 2700), (then) => succeed(account, collection, then))
    return
  }
  agenda.plan(at + 23 * HOUR, (then) => {
    mark(account, collection.contract, then, 'incomplete', 'incomplete_expired')
    recorder.tell(then, 'invoice.voided', { ...collection.invoice, auto_advance: false, status: 'void', status_transitions: { ...collection.invoice.status_transitions, voided_at: then } })
  })
}

/** All retries failed: most subscriptions end, some become unpaid and are settled or ended a week later. */
function giveUp(account: Account, collection: Collection, at: number): void {
  const { agenda, dice, recorder } = account
  const { contract } = collection
  if (contract.now.status !== 'past_due') return
  if (account.profile.older) return succeed(account, collection, at)
  if (dice.chance(0.7)) {
    endNow(account, contract, at, { reason: 'payment_failed', feedback: null })
    collection.invoice = { ...collection.invoice, auto_advance: false, status: 'uncollectible', status_transitions: { ...collection.invoice.status_transitions, marked_uncollectible_at: at } }
    recorder.tell(at, 'invoice.marked_uncollectible', collection.invoice)
    return
  }
  mark(account, contract, at, 'past_due', 'unpaid')
  const settled = dice.chance(0.55)
  agenda.plan(at + dice.int(3, 8) * DAY, (then) => {
    if (contract.now.status !== 'unpaid') return
    if (settled) succeed(account, collection, then)
    else endNow(account, contract, then, { reason: 'payment_failed', feedback: null })
  })
}

function succeed(account: Account, collection: Collection, at: number): void {
  const { ids, recorder } = account
  const { invoice, contract } = collection
  const charge = chargeOf(ids, collection.intent, account.customer, account.card, at, null)
  const intent: PaymentIntent = { ...collection.intent, amount_received: invoice.amount_due, last_payment_error: null, latest_charge: charge.id, status: 'succeeded' }
  const payment: InvoicePayment = { ...collection.payment, amount_paid: invoice.amount_due, status: 'paid', status_transitions: { canceled_at: null, paid_at: at } }
  const paid: Invoice = {
    ...invoice,
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    payments: page(invoice.payments.url, [payment]),
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: at },
  }
  recorder.keep(at, charge, intent)
  recorder.tell(at, 'invoice_payment.paid', payment)
  recorder.tell(at, 'invoice.paid', paid)
  mark(account, contract, at, ['past_due', 'unpaid', 'incomplete'], 'active')
  followUp(account, { invoice: paid, charge, payment: intent.id }, at)
}

/** Moves a subscription on, if it is still in the state the move starts from. */
function mark(account: Account, contract: Contract, at: number, from: Subscription['status'] | Subscription['status'][], to: Subscription['status']): void {
  if ([from].flat().includes(contract.now.status)) update(account, contract, at, { status: to })
}
