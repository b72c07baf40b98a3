import { amountOf, discountsOn, percentOf } from './arithmetic.ts'
import { couponsAt, type Account, type Contract, type LineDraft } from './account.ts'
import { dayText } from './calendar.ts'
import { page, type Invoice, type InvoiceLine } from './wire.ts'

/** The lines of a whole period for every item of a subscription as it is. */
export function periodLines(account: Account, contract: Contract): LineDraft[] {
  return contract.now.items.data.map((item) => {
    const product = account.catalog.products.find((candidate) => candidate.id === item.price.product)!
    const amount = amountOf(item.price, item.quantity)
    const each = item.price.unit_amount === null ? 'Tier 1' : `${(item.price.unit_amount / 100).toFixed(2)} ${item.price.currency.toUpperCase()}`
    return {
      description: `${item.quantity} × ${product.name} (at ${each} / ${item.price.recurring!.interval})`,
      amount,
      price: item.price,
      quantity: item.quantity,
      item: item.id,
      start: item.current_period_start,
      end: item.current_period_end,
      proration: null,
    }
  })
}

/** The lines of a trial: everything for nothing. */
export function trialLines(account: Account, contract: Contract): LineDraft[] {
  return periodLines(account, contract).map((line) => ({ ...line, amount: 0, description: `Trial period for ${line.description.replace(/ \(.*/, '')}` }))
}

export function prorationText(credit: boolean, quantity: number, product: string, at: number): string {
  return `${credit ? 'Unused time' : 'Remaining time'} on ${quantity} × ${product} after ${dayText(at)}`
}

/**
 * A draft invoice of a subscription: discounts in order on the discountable lines, tax on top of
 * what they leave, total = lines - discounts + tax.
 */
export function draftInvoice(account: Account, contract: Contract, at: number, reason: Invoice['billing_reason'], drafts: readonly LineDraft[]): Invoice {
  const { ids, customer, taxRate } = account
  const id = `in_1${ids.token(23)}`
  const subscription = contract.now
  const coupons = couponsAt(account, contract, at)
  const whole = drafts.filter((draft) => draft.proration === null)
  const taken = discountsOn(whole.map((draft) => draft.amount), coupons.map(({ coupon }) => coupon))
  const lines = drafts.map((draft) => {
    const column = whole.indexOf(draft)
    const amounts = column < 0 ? [] : coupons.map(({ discount }, row) => ({ amount: taken[row][column], discount: discount.id })).filter(({ amount }) => amount > 0)
    return lineOf(account, id, subscription.id, draft, amounts)
  })
  const subtotal = sum(lines, (line) => line.amount)
  const off = coupons.map(({ discount }, row) => ({ discount: discount.id, amount: sum(taken[row], (part) => part) })).filter(({ amount }) => amount > 0)
  const excludingTax = subtotal - sum(off, ({ amount }) => amount)
  const tax = sum(lines, (line) => sum(line.taxes, ({ amount }) => amount))
  const total = excludingTax + tax
  const due = Math.max(0, total)
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Northwind',
    account_tax_ids: null,
    amount_due: due,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: due,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: at + 3600,
    billing_reason: reason,
    collection_method: subscription.collection_method,
    created: at,
    currency: subscription.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: off.map(({ discount }) => discount),
    due_date: subscription.days_until_due === null ? null : at + subscription.days_until_due * 86_400,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: page(`/v1/invoices/${id}/lines`, lines),
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: { quote_details: null, subscription_details: { metadata: {}, subscription: subscription.id }, type: 'subscription_details' },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    payments: page('/v1/invoice_payments', []),
    period_end: at,
    period_start: drafts[0]?.start === at ? at : subscription.items.data[0].current_period_start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal,
    subtotal_excluding_tax: subtotal,
    test_clock: null,
    total,
    total_discount_amounts: off,
    total_excluding_tax: excludingTax,
    total_pretax_credit_amounts: off.map(({ amount, discount }) => ({ amount, discount, type: 'discount' as const })),
    total_taxes: taxRate
      ? [{ amount: tax, tax_behavior: 'exclusive', tax_rate_details: { tax_rate: taxRate.id }, taxability_reason: 'standard_rated', taxable_amount: excludingTax, type: 'tax_rate_details' }]
      : [],
    webhooks_delivered_at: null,
  }
}

function lineOf(account: Account, invoice: string, subscription: string, draft: LineDraft, discounts: InvoiceLine['discount_amounts']): InvoiceLine {
  const { ids, taxRate } = account
  const taxable = draft.amount - sum(discounts, ({ amount }) => amount)
  return {
    id: `il_1${ids.token(23)}`,
    object: 'line_item',
    amount: draft.amount,
    currency: draft.price.currency,
    description: draft.description,
    discount_amounts: discounts,
    discountable: draft.proration === null,
    discounts: discounts.map(({ discount }) => discount),
    invoice,
    livemode: false,
    metadata: {},
    parent: parentOf(account, subscription, draft),
    period: { end: draft.end, start: draft.start },
    pretax_credit_amounts: discounts.map(({ amount, discount }) => ({ amount, discount, type: 'discount' as const })),
    pricing: { type: 'price_details', price_details: { price: draft.price.id, product: draft.price.product }, unit_amount_decimal: draft.price.unit_amount_decimal },
    quantity: draft.quantity,
    quantity_decimal: String(draft.quantity),
    subscription,
    subtotal: draft.amount,
    taxes: taxRate
      ? [
          {
            amount: percentOf(taxable, taxRate.percentage),
            tax_behavior: 'exclusive',
            tax_rate_details: { tax_rate: taxRate.id },
            taxability_reason: 'standard_rated',
            taxable_amount: taxable,
            type: 'tax_rate_details',
          },
        ]
      : [],
  }
}

function parentOf({ ids }: Account, subscription: string, draft: LineDraft): InvoiceLine['parent'] {
  const credits = draft.proration?.credits
  const details = draft.proration && { credited_items: credits ? { invoice: credits.invoice, invoice_line_items: [credits.line] } : null }
  if (draft.proration?.pending) {
    return {
      invoice_item_details: { invoice_item: `ii_1${ids.token(23)}`, proration: true, proration_details: details, subscription },
      subscription_item_details: null,
      type: 'invoice_item_details',
    }
  }
  return {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: draft.proration ? `ii_1${ids.token(23)}` : null,
      proration: draft.proration !== null,
      proration_details: details,
      subscription,
      subscription_item: draft.item,
    },
    type: 'subscription_item_details',
  }
}

function sum<T>(list: readonly T[], value: (entry: T) => number): number {
  return list.reduce((total, entry) => total + value(entry), 0)
}
