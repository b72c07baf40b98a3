import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** What a plan costs, by currency and interval. */
export const prices = defineResource({
  name: 'prices',
  label: ['Price', 'Prices'],
  title: 'nickname', subtitle: 'stripeId',
  verbs: ['read'],
  fields: {
    nickname: f.text({ label: 'Price', nullable: true, width: 200 }),
    productId: f.relation({ label: 'Plan', resource: 'products', nullable: true, paths: ['active'], width: 200 }),
    unitAmount: f.money({ label: 'Per unit', currency: 'currency', nullable: true, sensitive: 'amounts', width: 120 }),
    unitAmountDecimal: f.text({ label: 'Per unit, exact', nullable: true, sensitive: 'amounts', filter: false }),
    currency: f.text({ label: 'Currency', width: 90 }),
    interval: f.enum({
      label: 'Billed', nullable: true, look: 'plain', width: 90,
      options: [{ value: 'day', label: 'Daily' }, { value: 'week', label: 'Weekly' }, { value: 'month', label: 'Monthly' }, { value: 'year', label: 'Yearly' }],
    }),
    intervalCount: f.int({ label: 'Every', nullable: true, width: 80 }),
    usageType: f.text({ label: 'Usage', nullable: true, width: 100 }),
    billingScheme: f.text({ label: 'Scheme', nullable: true }),
    tiers: f.json({ label: 'Tiers', nullable: true, sensitive: 'amounts', heavy: true }),
    active: f.boolean({ label: 'Sold', words: ['Sold', 'Retired'], width: 100 }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['nickname', 'productId', 'unitAmount', 'interval', 'intervalCount', 'active', 'stripeId', 'createdAt'], sort: '-createdAt',
    filters: ['productId', 'currency', 'interval', 'active', 'stripeId'],
    empty: 'Prices come from Stripe.',
  },
  show: { sections: [{ title: 'Price', fields: ['nickname', 'productId', 'unitAmount', 'unitAmountDecimal', 'currency', 'interval', 'intervalCount', 'usageType', 'billingScheme', 'tiers', 'active', 'stripeId', 'createdAt', 'updatedAt'] }] },
})
