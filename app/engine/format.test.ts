import { expect, test } from 'vitest'
import { cellMoney, changeRate, count, counted, date, dayIn, decimal, exactTime, exponentOf, initials, listed, lower, momentWords, money, points, rate, relativeTime, shortCount, toMajor, toMinor } from './format.ts'

test.each([
  [149_000, 'eur', '€1,490.00'],
  [1_250_000, 'jpy', '¥1,250,000'],
  [9_000, 'chf', 'CHF\u00a090.00'],
  [-4_900, 'eur', '\u2212€49.00'],
  [1, 'eur', '€0.01'],
  [0, 'usd', '$0.00'],
  [12_345, 'kwd', 'KWD\u00a012.345'],
  [9_007_199_254_740_991, 'usd', '$90,071,992,547,409.91'],
  [100, 'zzz', 'ZZZ\u00a01.00'],
])('%i minor units of %s read %s', (minor, currency, said) => {
  expect(money(minor, currency)).toBe(said)
})

test('money of a head figure is whole, a change has a sign, zero has none', () => {
  expect(money(22_566_349, 'eur', { digits: 'whole' })).toBe('€225,663')
  expect(money(-40, 'eur', { digits: 'whole' })).toBe('€0')
  expect(money(346_511, 'eur', { signed: true })).toBe('+€3,465.11')
  expect(money(-346_511, 'eur', { signed: true })).toBe('\u2212€3,465.11')
  expect(money(0, 'eur', { signed: true })).toBe('€0.00')
})

test('money in a cell is exact to ten million and short above', () => {
  expect(cellMoney(999_999_999, 'eur')).toBe('€9,999,999.99')
  expect(cellMoney(98_800_000_000, 'eur')).toBe('€988m')
  expect(cellMoney(-98_800_000_000, 'chf')).toBe('\u2212CHF\u00a0988m')
  expect(money(1_000_000, 'eur', { digits: 'short' })).toBe('€10k')
  expect(cellMoney(9_999_999, 'jpy')).toBe('¥9,999,999')
  expect(shortCount(999_600)).toBe('1m')
  expect(shortCount(12_449)).toBe('12.4k')
  expect(shortCount(4_100_000_000)).toBe('4.1bn')
})

test('what is typed becomes minor units exactly, or nothing', () => {
  expect(toMinor('1,490.5', 'eur')).toBe(149_050)
  expect(toMinor('0.07', 'usd')).toBe(7)
  expect(toMinor('-49', 'eur')).toBe(-4_900)
  expect(toMinor('1250000', 'jpy')).toBe(1_250_000)
  expect(toMinor('1.5', 'jpy')).toBe(null)
  expect(toMinor('1.999', 'eur')).toBe(null)
  expect(toMinor('12.345', 'kwd')).toBe(12_345)
  expect(toMinor('abc', 'eur')).toBe(null)
  expect(toMinor('', 'eur')).toBe(null)
  expect(toMinor('99999999999999999999', 'eur')).toBe(null)
  for (const minor of [0, 1, -1, 99, 100, -12_345, 9_007_199_254_740_991])
    for (const currency of ['eur', 'jpy', 'kwd']) expect(toMinor(toMajor(minor, currency), currency)).toBe(minor)
})

test('every currency has its own minor unit', () => {
  expect([exponentOf('jpy'), exponentOf('USD'), exponentOf('kwd')]).toEqual([0, 2, 3])
})

test('rates have one decimal, two below two percent, and points between rates', () => {
  expect(rate(1.019)).toBe('101.9%')
  expect(rate(0.0168)).toBe('1.68%')
  expect(rate(0)).toBe('0.0%')
  expect(rate(-0.023)).toBe('\u22122.3%')
  expect(points(-0.0031)).toBe('0.31\u00a0pt')
  expect(points(0.015)).toBe('1.5\u00a0pt')
  expect(changeRate(100, 103.1)).toBe('3.1%')
  expect(changeRate(0, 5)).toBe('no base')
  expect(changeRate(1, 500)).toBe('>999%')
})

test('counts are grouped and plural by rule', () => {
  expect(counted(1_284, ['Customer', 'Customers'])).toBe('1,284 customers')
  expect(counted(1, ['Customer', 'Customers'])).toBe('1 customer')
  expect(counted(2, ['MRR movement', 'MRR movements'])).toBe('2 MRR movements')
  expect(lower('Promo codes')).toBe('promo codes')
  expect(count(-3)).toBe('\u22123')
  expect(decimal('1.083650')).toBe('1.08365')
})

const now = new Date('2026-11-22T12:00:00Z')
test.each([
  ['2026-11-22T11:59:30Z', 'just now'],
  ['2026-11-22T11:56:00Z', '4 min ago'],
  ['2026-11-22T09:00:00Z', '3 h ago'],
  ['2026-11-21T11:00:00Z', '1 day ago'],
  ['2026-10-23T12:00:00Z', '30 days ago'],
  ['2026-09-03T12:00:00Z', '3 Sep'],
  ['2025-09-03T12:00:00Z', '3 Sep 2025'],
  ['2026-12-23T12:00:00Z', 'in 31 days'],
  ['2026-11-22T15:30:00Z', 'in 3 h'],
  ['2027-03-01T12:00:00Z', '1 Mar 2027'],
])('%s seen at noon on 22 November 2026 reads %s', (iso, said) => {
  expect(relativeTime(iso, now, 'UTC')).toBe(said)
})

test('exact times carry their zone, and a day is the day of the zone', () => {
  expect(exactTime('2026-11-14T09:12:00Z', 'UTC')).toBe('14 Nov 2026, 09:12 UTC')
  expect(exactTime('2026-11-14T23:30:00Z', 'Europe/Berlin')).toBe('15 Nov 2026, 00:30 CET')
  expect(dayIn(new Date('2026-11-14T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-15')
  expect(date('2026-11-03')).toBe('3 Nov 2026')
  expect(date('2026-11-03', '2026-01-01')).toBe('3 Nov')
})

test('a moment relative to now reads as people say it', () => {
  expect(['$now', '$now-7d', '$now+1d', '$now-12h', 'soon'].map(momentWords)).toEqual(['now', '7 days ago', 'in 1 day', '12 hours ago', 'soon'])
})

test('initials are two letters, one where a script has no capitals', () => {
  expect(['Brightwater Analytics', 'Ninefold', 'Moss & Ember', '株式会社東京海上', 'شركة الخليج', 'נמל חיפה', '  ', 'élan vital co'].map(initials))
    .toEqual(['BA', 'N', 'ME', '株', 'ش', 'נ', '?', 'ÉV'])
})

test('long lists name three and count the rest', () => {
  expect(listed(['A', 'B', 'C'])).toBe('A, B, C')
  expect(listed(['A', 'B', 'C', 'D', 'E'])).toBe('A, B, C and 2 more')
})
