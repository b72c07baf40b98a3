import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** What is sold: a plan is a Stripe product. */
export const products = defineResource({
  name: 'products',
  label: ['Plan', 'Plans'],
  title: 'name',
  verbs: ['read'],
  fields: {
    name: f.text({ label: 'Plan', sort: true, width: 240 }),
    description: f.text({ label: 'Description', nullable: true, filter: false, width: 300 }),
    active: f.boolean({ label: 'Sold', words: ['Sold', 'Retired'], width: 100 }),
    placeholder: f.boolean({ label: 'Known', words: ['By id only', 'Fully'], width: 100 }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['name', 'description', 'active', 'stripeId', 'createdAt'], sort: 'name',
    views: { sold: { label: 'Sold', filter: { active: true } }, retired: { label: 'Retired', filter: { active: false } } },
    empty: 'Plans come from Stripe.',
  },
  show: {
    sections: [{ title: 'Plan', fields: ['name', 'description', 'active', 'placeholder', 'stripeId', 'createdAt', 'updatedAt'] }],
    related: [
      { label: 'Prices', resource: 'prices', by: 'productId' },
      { label: 'Subscriptions', resource: 'subscriptions', by: 'productId' },
      { label: 'MRR movements', resource: 'mrr-movements', by: 'planId' },
    ],
  },
})
