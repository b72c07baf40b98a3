import { expect, test } from 'vitest'
import type { FormulaLine } from './explanation.ts'
import { exactMoney, formulaWords } from './formula-words.ts'

const line = (over: Partial<FormulaLine>): FormulaLine => ({ plan: 'prod_1', currency: 'eur', interval: 'month', intervalCount: 1, quantity: 2, unitAmount: '49500', gross: '99000', net: '99000', discounts: [], factor: '1', mrrExact: '99000.0000', formula: '', ...over })

test('a monthly line reads as quantity times price', () => {
  expect(formulaWords(line({}))).toBe('2 × €495.00 a month')
})

test('discounts, tax and the share of a month are part of the formula', () => {
  expect(formulaWords(line({ quantity: 60, unitAmount: '30000', interval: 'year', discounts: [{ percentOff: '10.00', amount: '180000' }], net: '1620000', factor: '1/12' }))).toBe('60 × €300.00 a year − 10% = €16,200.00, × 1/12')
  expect(formulaWords(line({ discounts: [{ amountOff: '500', amount: '500', name: 'Welcome' }], net: '98500' }))).toBe('2 × €495.00 a month − €5.00 (Welcome) = €985.00')
  expect(formulaWords(line({ unitAmount: null, tiersMode: 'graduated', gross: '12345', intervalCount: 3, factor: '1/3' }))).toBe('2 in graduated tiers, €123.45 every 3 months, × 1/3')
})

test('exact amounts lose nothing and show no empty places', () => {
  expect(exactMoney('99000.0000', 'eur')).toBe('€990.00')
  expect(exactMoney('-248803.1250', 'eur')).toBe('−€2,488.03125')
  expect(exactMoney('-0.5000', 'eur')).toBe('−€0.005')
  expect(exactMoney('0.0000', 'eur', true)).toBe('€0.00')
  expect(exactMoney('1250.0000', 'jpy', true)).toBe('+¥1,250')
  expect(exactMoney('1250.5000', 'jpy')).toBe('¥1,250.5')
})
