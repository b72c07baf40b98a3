import type { Related } from '../../resources/engine/define-resource.ts'
import type { Manifest } from '../../resources/engine/manifest.ts'
import type { Tab } from '../engine/page-head.tsx'
import type { Overview } from './customer-answers.ts'

const billing: readonly Related[] = [
  { label: 'Subscriptions', resource: 'subscriptions', by: 'customerId' }, { label: 'Invoices', resource: 'invoices', by: 'customerId' }, { label: 'Payments', resource: 'payments', by: 'customerId' },
  { label: 'Refunds', resource: 'refunds', by: 'customerId' }, { label: 'Credit notes', resource: 'credit-notes', by: 'customerId' }, { label: 'Disputes', resource: 'disputes', by: 'customerId' },
  { label: 'MRR movements', resource: 'mrr-movements', by: 'customerId' }, { label: 'Billing accounts', resource: 'billing-accounts', by: 'customerId' }, { label: 'Stripe events', resource: 'stripe-events', by: 'customerId' },
]
const single: Record<string, Related> = {
  users: { label: 'Users', resource: 'users', by: 'customerId' }, tickets: { label: 'Tickets', resource: 'tickets', by: 'customerId' }, notes: { label: 'Notes', resource: 'notes', by: 'customerId' },
}

export interface CustomerTabs {
  tab: string
  tabs: Tab[]
  /** The list of the open tab, with the lists beside it where there are several. */
  list: { related: Related; beside: { label: string; to: string; current: boolean }[] } | null
  address: (tab: string, of?: string) => string
}

/** Parts of the customer page for whom may read them: overview, billing (a list each), users, tickets, notes, history. */
export const customerTabs = (manifest: Manifest, id: string, params: URLSearchParams, history: boolean, overview: Overview | undefined): CustomerTabs => {
  const readable = (r: Related): boolean => manifest.resources.some(m => m.name === r.resource && m.fields[r.by] !== undefined)
  const address = (tab: string, of?: string): string => { const search = new URLSearchParams({ ...(tab && { tab }), ...(of && { of }) }).toString(); return `/customers/${id}${search ? `?${search}` : ''}` }
  const money = billing.filter(readable)
  const others = Object.entries(single).filter(([, r]) => readable(r))
  const counts: Record<string, number | undefined> = { users: overview?.users?.total, tickets: overview?.tickets?.open }
  const tabs: Tab[] = [
    { key: '', label: 'Overview', to: address('') },
    ...(money.length > 0 ? [{ key: 'billing', label: 'Billing', to: address('billing'), testId: 'tab-billing' }] : []),
    ...others.map(([key, r]) => ({ key, label: r.label, to: address(key), count: counts[key], testId: `tab-${key}` })),
    ...(history ? [{ key: 'history', label: 'History', to: address('history'), testId: 'tab-history' }] : []),
  ]
  const wanted = params.get('tab') ?? ''
  const tab = tabs.some(t => t.key === wanted) ? wanted : ''
  const of = money.find(r => r.resource === params.get('of')) ?? money[0]
  const list = tab === 'billing' && of ? { related: of, beside: money.map(r => ({ label: r.label, to: address('billing', r.resource), current: r === of })) } : single[tab] ? { related: single[tab], beside: [] } : null
  return { tab, tabs, list, address }
}
