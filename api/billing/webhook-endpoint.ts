/** The events we ask Stripe to send: those of the objects that `read-event.ts` uses, each kind once. */
export const webhookEvents = [
  'customer.created', 'customer.updated', 'customer.deleted', 'customer.discount.created', 'customer.discount.updated', 'customer.discount.deleted',
  'customer.subscription.created', 'customer.subscription.updated', 'customer.subscription.deleted', 'customer.subscription.paused', 'customer.subscription.resumed',
  'customer.subscription.pending_update_applied', 'customer.subscription.pending_update_expired',
  'invoice.created', 'invoice.finalized', 'invoice.paid', 'invoice.payment_failed', 'invoice.payment_action_required', 'invoice.overdue', 'invoice.voided', 'invoice.marked_uncollectible', 'invoice.updated', 'invoice.deleted',
  'invoice_payment.paid', 'payment_intent.succeeded', 'payment_intent.payment_failed', 'charge.refunded', 'refund.created', 'refund.updated', 'refund.failed',
  'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'credit_note.created', 'credit_note.updated', 'credit_note.voided',
  'product.created', 'product.updated', 'product.deleted', 'price.created', 'price.updated', 'price.deleted', 'coupon.created', 'coupon.updated', 'coupon.deleted',
] as const
