import type { Random } from '../random.ts'
import type { Charge, Customer, Dispute, Invoice, InvoicePayment, PaymentIntent, Refund } from './wire.ts'

/** Why a card said no: Stripe's decline code, its error code and the sentence that comes with it. */
export interface Decline {
  code: string
  declineCode: string
  message: string
}

const SENTENCES: Record<string, string> = {
  insufficient_funds: 'Your card has insufficient funds.',
  generic_decline: 'Your card was declined.',
  do_not_honor: 'Your card was declined.',
  expired_card: 'Your card has expired.',
  lost_card: 'Your card was declined.',
  authentication_required: 'Your card was declined. This transaction requires authentication.',
  processing_error: 'An error occurred while processing your card. Try again in a little bit.',
}

export function decline(dice: Random): Decline {
  const declineCode = dice.weighted([['insufficient_funds', 38], ['generic_decline', 20], ['do_not_honor', 14], ['expired_card', 14], ['authentication_required', 6], ['lost_card', 4], ['processing_error', 4]])
  const code = ['expired_card', 'authentication_required', 'processing_error'].includes(declineCode) ? declineCode : 'card_declined'
  return { code, declineCode, message: SENTENCES[declineCode] }
}

export function paymentIntentOf(ids: Random, invoice: Invoice, paymentMethod: string | null): PaymentIntent {
  return {
    id: `pi_3${ids.token(23)}`,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: invoice.amount_due,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: null,
    confirmation_method: 'automatic',
    created: invoice.created,
    currency: invoice.currency,
    customer: invoice.customer,
    customer_account: null,
    description: invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

/** The payment an invoice asks for from the moment it is final. */
export function invoicePaymentOf(ids: Random, invoice: Invoice, intent: PaymentIntent, created: number): InvoicePayment {
  return {
    id: `inpay_1${ids.token(23)}`,
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  }
}

/** An attempt on a card at an instant, refused where `refusal` is given. */
export function chargeOf(ids: Random, intent: PaymentIntent, customer: Customer, card: Card, at: number, refusal: Decline | null): Charge {
  return {
    id: `ch_3${ids.token(23)}`,
    object: 'charge',
    amount: intent.amount,
    amount_captured: refusal ? 0 : intent.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: refusal ? null : `txn_3${ids.token(23)}`,
    billing_details: { address: customer.address ?? null, email: customer.email, name: customer.name ?? null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'NORTHWIND',
    captured: !refusal,
    created: at,
    currency: intent.currency,
    customer: customer.id,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: refusal?.code ?? null,
    failure_message: refusal?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: {
      advice_code: refusal ? 'try_again_later' : null,
      network_advice_code: null,
      network_decline_code: refusal ? '51' : null,
      network_status: refusal ? 'declined_by_network' : 'approved_by_network',
      reason: refusal?.declineCode ?? null,
      risk_level: 'normal',
      seller_message: refusal ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
      type: refusal ? 'issuer_declined' : 'authorized',
    },
    paid: !refusal,
    payment_intent: intent.id,
    payment_method: card.id,
    payment_method_details: { card: cardDetails(card, intent.amount), type: 'card' },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: refusal ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  }
}

export interface Card {
  id: string
  brand: string
  last4: string
  country: string
  expiresMonth: number
  expiresYear: number
}

export function cardOf(dice: Random, ids: Random, country: string, year: number): Card {
  return {
    id: `pm_1${ids.token(23)}`,
    brand: dice.weighted([['visa', 6], ['mastercard', 3], ['amex', 1]]),
    last4: String(dice.int(1000, 9999)),
    country,
    expiresMonth: dice.int(1, 12),
    expiresYear: year + dice.int(1, 5),
  }
}

function cardDetails(card: Card, amount: number): NonNullable<NonNullable<Charge['payment_method_details']>['card']> {
  return {
    amount_authorized: amount,
    authorization_code: null,
    brand: card.brand,
    checks: null,
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.expiresMonth,
    exp_year: card.expiresYear,
    funding: 'credit',
    installments: null,
    last4: card.last4,
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  }
}

export function refundOf(ids: Random, charge: Charge, amount: number, at: number, reason: Refund['reason']): Refund {
  return {
    id: `re_3${ids.token(23)}`,
    object: 'refund',
    amount,
    balance_transaction: `txn_3${ids.token(23)}`,
    charge: charge.id,
    created: at,
    currency: charge.currency,
    customer: charge.customer as string,
    customer_account: null,
    destination_details: { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  }
}

const NO_EVIDENCE = Object.fromEntries(
  (
    'access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip ' +
    'customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation ' +
    'service_date service_documentation shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text'
  )
    .split(' ')
    .map((name) => [name, null]),
) as unknown as Omit<Dispute['evidence'], 'enhanced_evidence'>

export function disputeOf(ids: Random, charge: Charge, card: Card, at: number, reason: string): Dispute {
  return {
    id: `du_1${ids.token(23)}`,
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: at,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...NO_EVIDENCE, enhanced_evidence: {} },
    evidence_details: { due_by: at + 7 * 86_400, enhanced_eligibility: {}, has_evidence: false, past_due: false, submission_count: 0, submission_method: 'not_submitted' },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: { card: { brand: card.brand, case_type: 'chargeback', network: card.brand, network_reason_code: '13.2' }, type: 'card' },
    reason,
    status: 'needs_response',
  }
}
