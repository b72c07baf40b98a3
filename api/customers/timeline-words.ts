import type { ResourceDefinition } from '../../resources/engine/define-resource.ts'

export interface Words { title: string; detail?: string; link?: string; amount?: number; currency?: string; actor?: { id: string | null; name: string } }
type Data = Record<string, any>

const gains: Record<string, string> = {
  new: 'Became a paying customer', expansion: 'MRR rose', contraction: 'MRR fell', churn: 'Stopped paying', reactivation: 'Came back', transferIn: 'MRR moved here', transferOut: 'MRR moved away', adjustment: 'MRR adjusted',
}
const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth']
const priorities: Record<string, string> = { low: 'Low priority', normal: 'Normal priority', high: 'High priority', urgent: 'Urgent' }
const acts: Record<string, string> = {
  create: 'made this customer', delete: 'deleted this customer', restore: 'restored this customer', tagging: 'added tags', untagging: 'took tags off', suspension: 'suspended access', reactivation: 'gave access back', assignment: 'changed the owner', impersonation: 'looked at the product in their name',
}
const spaced = (text: string | null | undefined) => text ? text.replaceAll('_', ' ') : undefined
const sentence = (text: string | undefined) => text ? text[0]!.toUpperCase() + text.slice(1) : undefined
const joined = (...parts: (string | null | undefined | false)[]) => parts.filter(Boolean).join(', ') || undefined
const list = (words: string[]) => words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** An entry in words. Sums stand apart, so that the browser writes them in the form of the place. */
export function wordsOf(source: string, d: Data, rowId: string | null, customers: ResourceDefinition, readable: ReadonlySet<string>): Words {
  const money = { amount: d.amount as number, currency: d.currency as string }
  switch (source) {
    case 'note': return { title: `${d.who ?? 'Somebody'} wrote a note`, detail: d.text, link: `/notes/${rowId}`, actor: { id: d.whoId, name: d.who ?? '' } }
    case 'ticket': return { title: `Ticket opened: ${d.subject}`, detail: joined(priorities[d.priority], d.user && `asked by ${d.user}`), link: `/tickets/${rowId}` }
    case 'ticket-solved': return { title: `Ticket solved: ${d.subject}`, link: `/tickets/${rowId}` }
    case 'reply': return { title: `${d.who ?? d.user ?? 'Somebody'} answered: ${d.subject}`, detail: d.text, link: `/tickets/${d.ticket}`, ...(d.who ? { actor: { id: d.whoId, name: d.who } } : {}) }
    case 'invoice': return { title: `Invoice ${d.number ?? ''} ${d.amount < 0 ? 'credited' : 'sent'}`.replace('  ', ' '), detail: d.status === 'paid' ? 'Paid' : sentence(spaced(d.status === 'open' ? 'not paid yet' : d.status)), link: `/invoices/${rowId}`, ...money }
    case 'payment': return { title: 'Payment came in', detail: joined(d.brand && `${sentence(d.brand)} ending ${d.last4}`, d.number), link: `/payments/${rowId}`, ...money }
    case 'failed-payment': return { title: `Payment failed, ${ordinals[d.attempt] ?? `${d.attempt}th`} attempt`, detail: joined(d.number, d.next && `next attempt ${String(d.next).slice(0, 10)}`), link: `/invoices/${d.invoice}`, ...money }
    case 'refund': return { title: 'Refund', detail: sentence(joined(spaced(d.reason), d.status !== 'succeeded' && spaced(d.status))), link: `/refunds/${rowId}`, ...money }
    case 'credit-note': return { title: `Credit note ${d.number ?? ''}`.trim(), detail: sentence(spaced(d.reason)), link: `/credit-notes/${rowId}`, ...money }
    case 'dispute': return { title: 'Payment disputed', detail: sentence(joined(spaced(d.reason), spaced(d.status))), link: `/disputes/${rowId}`, ...money }
    case 'movement': return { title: gains[d.category] ?? 'MRR moved', detail: sentence(joined(spaced(d.cause), d.plan)), link: `/mrr-movements/${rowId}`, ...(d.amount === null ? {} : money) }
    case 'user': return { title: `${d.user} joined`, detail: sentence(d.role ?? undefined), link: `/users/${rowId}` }
    default: {
      const fields = Object.keys(d.changes ?? {}).filter(name => readable.has(name)).map(name => customers.fields[name]!.label.toLowerCase())
      const done = acts[d.act] ?? (d.act === 'update' ? `changed ${list(fields)}` : customers.actions?.[d.act]?.label.toLowerCase() ?? d.act)
      const tags = d.act.endsWith('tagging') && readable.has('tags') ? d.changes?.tags : undefined
      const moved: string[] | undefined = tags && (d.act === 'tagging' ? tags.after.filter((t: string) => !tags.before.includes(t)) : tags.before.filter((t: string) => !tags.after.includes(t)))
      return { title: `${d.who} ${done}`, detail: joined(moved && list(moved), d.reason), actor: { id: d.whoId, name: d.who } }
    }
  }
}
