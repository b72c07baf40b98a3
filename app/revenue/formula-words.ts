import { exponentOf, money } from '../engine/format.ts'
import type { FormulaLine } from './explanation.ts'

const zeros = /\.?0+$/
const plain = (decimal: string): string => (decimal.includes('.') ? decimal.replace(zeros, '') : decimal)

/** Minor units as exact text, '99000.0000' -> $990.00; what does not end on a whole unit keeps its places: $12.345678. */
export const exactMoney = (minor: string, currency: string, signed = false): string => {
  const [whole = '0', rest = ''] = minor.replace('-', '').split('.')
  const negative = minor.startsWith('-') && /[1-9]/.test(minor)
  const more = rest.replace(/0+$/, '')
  const text = money(negative ? -Number(whole) : Number(whole), currency) + (more && exponentOf(currency) === 0 ? `.${more}` : more)
  return negative && Number(whole) === 0 ? `\u2212${text}` : signed && !negative && /[1-9]/.test(minor) ? `+${text}` : text
}

const every = (line: Pick<FormulaLine, 'interval' | 'intervalCount'>): string => (line.intervalCount === 1 ? `a ${line.interval}` : `every ${line.intervalCount} ${line.interval}s`)

/** A line's formula filled in: '2 × €495.00 a month' or '60 × €300.00 a year − 10% = €16,200.00, × 1/12'. */
export const formulaWords = (line: FormulaLine): string => {
  const said = (minor: string): string => exactMoney(minor, line.currency)
  const base = line.unitAmount === null ? `${line.quantity} in ${line.tiersMode ?? 'tiered'} tiers, ${said(line.gross)}` : `${line.quantity} \u00d7 ${said(line.unitAmount)}`
  const off = line.discounts.map(d => ` \u2212 ${d.percentOff !== undefined ? `${plain(d.percentOff)}%` : said(d.amount)}${d.name ? ` (${d.name})` : ''}`).join('')
  const tax = line.taxPercent === undefined ? '' : `, ${plain(line.taxPercent)}% tax taken out`
  const net = off || tax ? ` = ${said(line.net)}` : ''
  const factor = line.factor === '1' || line.factor === '1/1' ? '' : `, \u00d7 ${line.factor}`
  return `${base} ${every(line)}${off}${tax}${net}${factor}`
}
