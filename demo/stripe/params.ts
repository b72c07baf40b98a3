import { wrong, StripeProblem } from './problem.ts'

/** Parameters of a query or a form: `a[b][0]=x` becomes nested objects keyed by text. */
export interface Params {
  [key: string]: string | Params
}

export function parseParams(text: string): Params {
  const params = Object.create(null) as Params
  for (const [name, value] of new URLSearchParams(text)) {
    const keys = [...name.matchAll(/[^[\]]+/g)].map(([key]) => key)
    if (keys.length === 0 || keys.length > 6) throw wrong(name, `Invalid parameter: ${name}`)
    let at = params
    for (const key of keys.slice(0, -1)) {
      if (typeof at[key] !== 'object') at[key] = Object.create(null) as Params
      at = at[key]
    }
    // `expand[]=a&expand[]=b` has no numbers: the next free one is taken.
    const last = name.endsWith('[]') ? childOf(at, keys[keys.length - 1]) : at
    last[name.endsWith('[]') ? String(Object.keys(last).length) : keys[keys.length - 1]] = value
  }
  return params
}

function childOf(at: Params, key: string): Params {
  if (typeof at[key] !== 'object') at[key] = Object.create(null) as Params
  return at[key]
}

export function textOf(params: Params, key: string): string | undefined {
  const value = params[key]
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw wrong(key, `Invalid string: ${key}`)
  return value
}

export function integerOf(params: Params, key: string): number | undefined {
  const text = textOf(params, key)
  if (text === undefined) return undefined
  if (!/^-?\d{1,15}$/.test(text)) throw wrong(key, `Invalid integer: ${text}`)
  return Number(text)
}

export function booleanOf(params: Params, key: string): boolean | undefined {
  const text = textOf(params, key)
  if (text === undefined) return undefined
  if (text !== 'true' && text !== 'false') throw wrong(key, `Invalid boolean: ${text}`)
  return text === 'true'
}

export function listOf(params: Params, key: string): (string | Params)[] {
  const value = params[key]
  if (value === undefined || value === '') return []
  if (typeof value === 'string') throw wrong(key, `Invalid array`)
  return Object.values(value)
}

export function hashOf(params: Params, key: string): Record<string, string> {
  const value = params[key]
  if (value === undefined || value === '') return {}
  if (typeof value === 'string') throw wrong(key, 'Invalid object')
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}

/** Refuses what a route does not know, as Stripe does. */
export function allow(params: Params, known: readonly string[]): void {
  for (const key of Object.keys(params)) {
    if (!known.includes(key)) throw new StripeProblem(400, `Received unknown parameter: ${key}`, { code: 'parameter_unknown', param: key })
  }
}
