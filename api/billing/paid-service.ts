import type { InvoiceLineShape, InvoiceShape } from './stripe-shape.ts'

/** The subscription an invoice belongs to. */
export const subscriptionOf = (invoice: InvoiceShape): string | null => invoice.parent?.subscription_details?.subscription ?? null

/** Is the line a charge for service of the subscription (not a one-time item)? */
export const isService = (line: InvoiceLineShape): boolean => Boolean(line.parent?.subscription_item_details ?? line.parent?.invoice_item_details?.proration)

/** A paid invoice above 0, or a finalised one above 0 that is sent instead of charged. */
export const countsAsPaid = (invoice: InvoiceShape): boolean =>
  invoice.total > 0 && (invoice.status === 'paid' || (invoice.collection_method === 'send_invoice' && (invoice.status === 'open' || invoice.status === 'uncollectible')))

/**
 * When the service first paid for began (Unix seconds): the earliest start among charged service lines of invoices that count as paid. Payment
 * is the condition, this is the instant. null while nothing was paid.
 */
export function paidFrom(invoices: readonly InvoiceShape[]): number | null {
  const starts = invoices.filter(countsAsPaid).flatMap(i => i.lines.data.filter(l => isService(l) && l.amount > 0).map(l => l.period.start))
  return starts.length ? Math.min(...starts) : null
}
