/** How values read: money, counts, rates, times, names. Pure; `now` and the zone are passed in. */

const zeroDecimal = new Set(['BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'])
const threeDecimal = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'])
const minus = '\u2212'
export const nothing = '\u2013'

/** Digits of a currency's minor unit: 0 for jpy, 3 for kwd, else 2. */
export const exponentOf = (currency: string): number =>
  zeroDecimal.has(currency.toUpperCase()) ? 0 : threeDecimal.has(currency.toUpperCase()) ? 3 : 2

const formatters = new Map<string, Intl.NumberFormat>()
const number = (key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.NumberFormat('en-US', options)
  formatters.set(key, made)
  return made
}

/** Minor units to an exact decimal string: (149000, 'eur') -> '1490.00'. */
export const toMajor = (minor: number | bigint, currency: string): string => {
  const exponent = exponentOf(currency)
  const value = BigInt(minor)
  const digits = (value < 0n ? -value : value).toString().padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  return `${value < 0n ? '-' : ''}${whole}${exponent ? `.${digits.slice(-exponent)}` : ''}`
}

/** What a person typed to minor units, or null: '1,490.5' in eur -> 149050. More digits than the currency has is null. */
export const toMinor = (typed: string, currency: string): number | null => {
  const exponent = exponentOf(currency)
  const match = /^([-\u2212+]?)(\d+)(?:\.(\d+))?$/.exec(typed.replace(/[\s,\u00a0]/g, ''))
  if (!match) return null
  const [, sign, whole = '', fraction = ''] = match
  if (fraction.length > exponent) return null
  const value = BigInt(whole + fraction.padEnd(exponent, '0'))
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(sign === '-' || sign === minus ? -value : value)
}

const withMinus = (text: string): string => text.replace('-', minus)
// Intl takes a decimal string and keeps it exact; its TypeScript type knows numbers only.
const exact = (format: Intl.NumberFormat, decimal: string): string => withMinus(format.format(decimal as unknown as number))

const symbolOf = (currency: string): string =>
  number(`symbol ${currency}`, { style: 'currency', currency }).formatToParts(0).find(p => p.type === 'currency')?.value ?? currency

export interface MoneyStyle {
  /** `exact` all minor digits; `whole` units, half away from zero; `short` k, m, bn. Default exact. */
  digits?: 'exact' | 'whole' | 'short'
  /** A sign always, also plus; zero without. */
  signed?: boolean
}

/** Minor units as people read them: €1,490.00, ¥1,250,000, CHF 90.00, −€49.00; unknown codes stand as they are. */
export const money = (minor: number, currency: string, style: MoneyStyle = {}): string => {
  const code = /^[a-z]{3}$/i.test(currency) ? currency.toUpperCase() : 'XXX'
  const digits = style.digits ?? 'exact'
  const text = digits === 'short' ? shortMoney(minor, code)
    : digits === 'whole' ? exact(number(`whole ${code}`, { style: 'currency', currency: code, minimumFractionDigits: 0, maximumFractionDigits: 0 }), toMajor(minor, code))
    : exact(number(`money ${code}`, { style: 'currency', currency: code, minimumFractionDigits: exponentOf(code), maximumFractionDigits: exponentOf(code) }), toMajor(minor, code))
  const tidy = text === `${minus}${text.slice(1)}` && !/[1-9]/.test(text) ? text.slice(1) : text
  return style.signed && minor > 0 ? `+${tidy}` : tidy
}

const shortMoney = (minor: number, code: string): string => {
  const short = shortCount(minor / 10 ** exponentOf(code))
  const symbol = symbolOf(code)
  const joined = symbol.length > 1 && /[A-Z]$/.test(symbol) ? `${symbol}\u00a0` : symbol
  return short.startsWith(minus) ? `${minus}${joined}${short.slice(1)}` : `${joined}${short}`
}

/** In a cell: exact, above ten million units three digits with k, m, bn. The exact amount belongs into the title. */
export const cellMoney = (minor: number, currency: string): string =>
  Math.abs(minor) / 10 ** exponentOf(currency) >= 10_000_000 ? money(minor, currency, { digits: 'short' }) : money(minor, currency)

/** Three digits and k, m, bn: 988m, 12.4k. */
export const shortCount = (value: number): string => {
  const size = Math.abs(value)
  const [unit, name] = size >= 999.5e6 ? [1e9, 'bn'] : size >= 999.5e3 ? [1e6, 'm'] : size >= 999.5 ? [1e3, 'k'] : [1, '']
  return withMinus(number('three', { maximumSignificantDigits: 3 }).format(value / unit)) + name
}

export const count = (value: number): string => withMinus(number('count', { maximumFractionDigits: 0 }).format(value))
export const decimal = (value: string | number): string => exact(number('decimal', { maximumFractionDigits: 20 }), String(value))

/** `(1, ['Customer', 'Customers'])` -> '1 customer'. Labels with capitals inside (MRR) keep them. */
export const counted = (n: number, label: readonly [string, string]): string => `${count(n)} ${lower(n === 1 ? label[0] : label[1])}`

/** A label inside a sentence: 'Promo codes' -> 'promo codes', 'MRR movements' stays. */
export const lower = (label: string): string => (/^[A-Z][A-Z0-9]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1))

/** A fraction as percent: one decimal, two below 2 %: 1.019 -> 101.9%, 0.0168 -> 1.68%. */
export const rate = (value: number): string => {
  const decimals = Math.abs(value) < 0.02 && value !== 0 ? 2 : 1
  return `${withMinus(number(`rate ${decimals}`, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value * 100))}%`
}

/** Relative change in words for a trend: '3.1%', '>999%', or 'no base' where there was nothing. Absolute value; the arrow has the sign. */
export const changeRate = (before: number, after: number): string => {
  if (before === 0) return after === 0 ? '0%' : 'no base'
  const change = Math.abs((after - before) / before)
  return change > 9.99 ? '>999%' : rate(change)
}

/** Difference of two fractions in percentage points, absolute: 0.4 pt. */
export const points = (difference: number): string => {
  const size = Math.abs(difference * 100)
  return `${number('points', { maximumFractionDigits: size < 1 ? 2 : 1 }).format(size)}\u00a0pt`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const day = 86_400_000

const partsIn = (at: Date, zone: string): Record<string, string> => {
  const key = `parts ${zone}`
  const format = zones.get(key) ?? new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
  })
  zones.set(key, format)
  return Object.fromEntries(format.formatToParts(at).map(p => [p.type, p.value]))
}
const zones = new Map<string, Intl.DateTimeFormat>()

/** A calendar day: '2026-11-03' -> '3 Nov 2026'; without the year when it is that of `today` (also YYYY-MM-DD). */
export const date = (iso: string, today?: string): string => {
  const [year = '', month = '', dayOfMonth = ''] = iso.slice(0, 10).split('-')
  const short = `${Number(dayOfMonth)} ${months[Number(month) - 1] ?? month}`
  return today?.slice(0, 4) === year ? short : `${short} ${year}`
}

/** The calendar day of a moment in a zone, YYYY-MM-DD. */
export const dayIn = (at: Date, zone: string): string => {
  const p = partsIn(at, zone)
  return `${p.year}-${p.month}-${p.day}`
}

/** 14 Nov 2026, 09:12 UTC */
export const exactTime = (iso: string, zone: string): string => {
  const p = partsIn(new Date(iso), zone)
  return `${Number(p.day)} ${months[Number(p.month) - 1]} ${p.year}, ${p.hour}:${p.minute} ${p.timeZoneName}`
}

/** just now, 4 min ago, 3 h ago, 12 days ago, 3 Sep, 3 Sep 2025; ahead: in 3 h, in 31 days, then the date. */
export const relativeTime = (iso: string, now: Date, zone: string): string => {
  const at = new Date(iso)
  const past = now.getTime() - at.getTime()
  const size = Math.abs(past)
  const said = (words: string): string => (past >= 0 ? `${words} ago` : `in ${words}`)
  if (size < 60_000) return 'just now'
  if (size < 3_600_000) return said(`${Math.floor(size / 60_000)} min`)
  if (size < day) return said(`${Math.floor(size / 3_600_000)} h`)
  const days = Math.floor(size / day)
  return days <= (past >= 0 ? 30 : 90) ? said(days === 1 ? '1 day' : `${days} days`) : date(dayIn(at, zone), dayIn(now, zone))
}

const units: Record<string, readonly [string, string]> = { m: ['minute', 'minutes'], h: ['hour', 'hours'], d: ['day', 'days'], w: ['week', 'weeks'] }

/** A moment that a filter names relative to when it is used: '$now' -> 'now', '$now-7d' -> '7 days ago', '$now+12h' -> 'in 12 hours'. */
export const momentWords = (value: string): string => {
  const [, sign, n = '', unit = ''] = /^\$now(?:([+-])(\d+)([a-z]))?$/.exec(value) ?? []
  if (value === '$now') return 'now'
  const names = units[unit]
  if (!names) return value
  const amount = `${n} ${names[n === '1' ? 0 : 1]}`
  return sign === '-' ? `${amount} ago` : `in ${amount}`
}

/** The first letters of the first two words; one for names in a script without capitals (CJK, Arabic, Hebrew). */
export const initials = (name: string): string => {
  const words = name.trim().split(/[\s\-_/]+/).map(w => Array.from(w).find(c => /[\p{L}\p{N}]/u.test(c))).filter(c => c !== undefined)
  const [first, second] = words
  if (!first) return '?'
  const oneScript = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Arabic}\p{Script=Hebrew}]/u
  return oneScript.test(first) || !second ? first.toUpperCase() : (first + second).toUpperCase()
}

/** 'Enterprise, Scale and 3 more' */
export const listed = (words: readonly string[], most = 3): string =>
  words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`
