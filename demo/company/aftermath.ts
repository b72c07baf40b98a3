import type { Account } from './account.ts'
import { DAY, workingMoment } from './calendar.ts'
import { share } from './arithmetic.ts'
import { disputeOf, refundOf } from './payments.ts'
import { page, type Charge, type CreditNote, type CreditNoteLine, type Invoice, type Refund } from './wire.ts'

interface Paid {
  invoice: Invoice
  charge: Charge
  payment: string
}

/** What may come after a payment: a refund, a credit note with or without one, a dispute. */
export function followUp(account: Account, paid: Paid, at: number): void {
  const { agenda, dice } = account
  const act = dice.weighted([[null, 963], [refund, 15], [creditNote, 16], [dispute, 6]])
  if (act) agenda.plan(workingMoment(dice, at + dice.int(1, 20) * DAY), (then) => act(account, paid, then))
}

function refund(account: Account, { charge }: Paid, at: number): void {
  const { dice } = account
  const full = dice.chance(0.4)
  giveBack(account, charge, full ? charge.amount : share(charge.amount, dice.int(10, 60), 100), at, dice.pick([null, 'requested_by_customer', 'duplicate']))
}

function giveBack(account: Account, charge: Charge, amount: number, at: number, reason: Refund['reason']): Refund {
  const made = refundOf(account.ids, charge, amount, at, reason)
  account.recorder.tell(at, 'refund.created', made, 'someone')
  account.recorder.tell(at, 'charge.refunded', { ...charge, amount_refunded: amount, refunded: amount === charge.amount }, 'someone')
  return made
}

/** Part of one line is credited, tax in proportion; half of them with the money sent back. */
function creditNote(account: Account, { invoice, charge }: Paid, at: number): void {
  const { dice, ids, recorder } = account
  const line = invoice.lines.data.find((candidate) => candidate.amount > 0)!
  const taken = line.discount_amounts.reduce((sum, discount) => sum + discount.amount, 0)
  const parts = dice.int(10, 50)
  const net = share(line.amount - taken, parts, 100)
  const taxes = line.taxes.map((tax) => ({ ...tax, amount: share(tax.amount, parts, 100), taxable_amount: net }))
  const tax = taxes.reduce((sum, each) => sum + each.amount, 0)
  const total = Math.min(net + tax, charge.amount)
  if (total < 100 || total !== net + tax) return
  const refunded = dice.chance(0.5) ? giveBack(account, charge, total, at, 'requested_by_customer') : null
  const id = `cn_1${ids.token(23)}`
  const credited: CreditNoteLine = {
    id: `cnli_1${ids.token(23)}`,
    object: 'credit_note_line_item',
    amount: net,
    description: line.description,
    discount_amount: 0,
    discount_amounts: [],
    invoice_line_item: line.id,
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    quantity: 1,
    tax_rates: [],
    taxes,
    type: 'invoice_line_item',
    unit_amount: net,
    unit_amount_decimal: String(net),
  }
  const note: CreditNote = {
    id,
    object: 'credit_note',
    amount: total,
    amount_shipping: 0,
    created: at,
    currency: invoice.currency,
    customer: invoice.customer,
    customer_account: null,
    customer_balance_transaction: refunded ? null : `cbtxn_1${ids.token(23)}`,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: at,
    invoice: invoice.id,
    lines: page(`/v1/credit_notes/${id}/lines`, [credited]),
    livemode: false,
    memo: dice.pick(['Service interruption', 'Seats ordered by mistake', 'Agreed with the account manager', null]),
    metadata: {},
    number: `${invoice.number}-CN-01`,
    out_of_band_amount: null,
    pdf: `https://pay.stripe.com/credit_notes/${id}/pdf`,
    post_payment_amount: total,
    pre_payment_amount: 0,
    pretax_credit_amounts: [],
    reason: dice.pick(['order_change', 'product_unsatisfactory', 'duplicate']),
    refunds: refunded ? [{ amount_refunded: total, payment_record_refund: null, refund: refunded.id, type: 'refund' }] : [],
    shipping_cost: null,
    status: 'issued',
    subtotal: net,
    subtotal_excluding_tax: net,
    total,
    total_excluding_tax: net,
    total_taxes: taxes,
    type: 'post_payment',
    voided_at: null,
  }
  recorder.keep(at, { ...invoice, post_payment_credit_notes_amount: total })
  recorder.tell(at, 'credit_note.created', note, 'someone')
}

function dispute(account: Account, { charge }: Paid, at: number): void {
  const { agenda, card, dice, ids, recorder } = account
  const opened = disputeOf(ids, charge, card, at, dice.pick(['subscription_canceled', 'unrecognized', 'fraudulent', 'product_not_received']))
  const disputed = { ...charge, disputed: true }
  recorder.keep(at, disputed)
  recorder.tell(at, 'charge.dispute.created', opened)
  const status = dice.weighted<'won' | 'lost'>([['won', 5], ['lost', 5]])
  agenda.plan(at + dice.int(20, 60) * DAY, (then) =>
    recorder.tell(then, 'charge.dispute.closed', { ...opened, status, evidence_details: { ...opened.evidence_details, has_evidence: status === 'won', submission_count: status === 'won' ? 1 : 0 } }),
  )
}
