import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'
import { promoTerms, checkPromoTerms } from './promo-terms.ts'

/** Codes that give a discount: made here, told to Stripe as coupon and promotion code by a job, their redemptions read back. */
export const promoCodes = defineResource({
  name: 'promo-codes', label: ['Promo code', 'Promo codes'], nav: { group: 'Growth', icon: 'percent', order: 500 },
  title: 'code', subtitle: 'campaign', softDelete: true,
  fields: {
    code: f.text({ label: 'Code', min: 3, max: 40, pattern: '^[A-Za-z0-9-]+$', help: 'Letters, digits and dashes.', immutable: true, unique: true, sort: true, search: true, mono: true, copy: true, width: 190 }),
    ...promoTerms,
    campaign: f.text({ label: 'Campaign', max: 100, nullable: true, sort: true, search: true, width: 170 }),
    active: f.boolean({ label: 'Usable', readonly: true, words: ['Usable', 'Off'], width: 90 }),
    state: f.enum({
      label: 'At Stripe', readonly: true, look: 'status', width: 120,
      options: [{ value: 'waiting', label: 'On its way', tone: 'info', glyph: 'half' }, { value: 'live', label: 'Known', tone: 'plain', glyph: 'dot' }, { value: 'failed', label: 'Refused', tone: 'negative', glyph: 'triangle' }],
    }),
    error: f.text({ label: 'What Stripe said', readonly: true, nullable: true, filter: false }),
    redemptions: f.int({ label: 'Redeemed', readonly: true, sort: true, width: 110 }),
    createdBy: f.relation({ label: 'Made by', resource: 'people', readonly: true, nullable: true, width: 150 }),
    createdAt: f.instant({ label: 'Made', readonly: true, sort: true, width: 130 }),
  },
  list: {
    columns: ['code', 'discount', 'percentOff', 'amountOff', 'duration', 'redemptions', 'maxRedemptions', 'expiresAt', 'active', 'state', 'campaign', 'createdAt'],
    sort: '-createdAt',
    views: {
      usable: { label: 'Usable', filter: { active: true, state: 'live' } }, used: { label: 'Redeemed', filter: { redemptions_gt: 0 } },
      expiring: { label: 'Expiring', filter: { active: true, expiresAt_between: ['$now', '$now+14d'] } }, refused: { label: 'Refused', filter: { state: 'failed' } },
    },
    empty: 'A promo code is made here and told to Stripe in the same minute.',
  },
  form: { sections: [{ title: 'Code', fields: ['code', 'campaign'] }, { title: 'Discount', fields: Object.keys(promoTerms) }], check: checkPromoTerms },
  actions: {
    generation: {
      label: 'Generate codes', on: ['collection'], inverse: 'deactivation',
      form: { count: f.int({ label: 'How many', min: 1, max: 1_000 }), prefix: f.text({ label: 'Begin with', max: 20, pattern: '^[A-Za-z0-9-]*$', default: '' }), campaign: f.text({ label: 'Campaign', max: 100, nullable: true }), ...promoTerms },
    },
    deactivation: { label: 'Turn off', on: ['row', 'bulk'], when: { active: true }, unless: 'Already off', danger: true, inverse: 'reactivation', confirm: 'Turn off {n} promo codes? Nobody can redeem them any more. Discounts already given stay.' },
    reactivation: { label: 'Turn on', on: ['row', 'bulk'], when: { active: false }, unless: 'Already on', inverse: 'deactivation' },
  },
})
