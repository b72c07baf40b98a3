import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Exchange rates: one unit of `from` in `to`. A rate holds from its day until the next one of the pair. */
export const fxRates = defineResource({
  name: 'fx-rates',
  label: ['Exchange rate', 'Exchange rates'],
  title: 'rate', subtitle: 'date',
  verbs: ['read', 'create', 'update'],
  fields: {
    date: f.date({ label: 'In force from', sort: true, immutable: true, width: 130 }),
    from: f.text({ label: 'From', column: 'from_currency', pattern: '^[a-z]{3}$', max: 3, immutable: true, help: 'ISO code in small letters, such as eur.', width: 90 }),
    to: f.text({ label: 'To', column: 'to_currency', pattern: '^[a-z]{3}$', max: 3, immutable: true, width: 90 }),
    rate: f.decimal({ label: 'Rate', min: '0.000000000001', max: '999999999999', width: 140 }),
    source: f.text({ label: 'Source', max: 200, help: 'Where the rate was read, such as ECB.', width: 200 }),
    createdAt: f.instant({ label: 'Made', readonly: true }),
    updatedAt: f.instant({ label: 'Changed', readonly: true, width: 130 }),
  },
  list: {
    columns: ['date', 'from', 'to', 'rate', 'source', 'updatedAt'],
    sort: '-date',
    filters: ['date', 'from', 'to'],
    empty: 'No rate yet: figures in other currencies cannot be converted.',
  },
  show: { sections: [{ title: 'Exchange rate', fields: ['date', 'from', 'to', 'rate', 'source', 'createdAt', 'updatedAt'] }] },
  form: {
    sections: [{ title: 'Exchange rate', fields: ['date', 'from', 'to', 'rate', 'source'] }],
    check: values => values.from !== undefined && values.from === values.to ? { to: 'From and to are the same currency.' } : undefined,
  },
})
