/** How a person likes the panel. Nothing here changes what anybody may see, and no figure depends on it. */
export interface Display {
  /** IANA zone in which moments are shown; null = the book's. Days of the book stay in the book's zone. */
  zone: string | null
  /** Height of table rows. */
  density: Density
  /** The page that opens after sign-in. */
  landing: string
}
export type Density = 'compact' | 'default' | 'comfortable'

export const densities: readonly Density[] = ['compact', 'default', 'comfortable']
export const plainDisplay: Display = { zone: null, density: 'default', landing: '/' }

/** A home: its widgets in order. `wide` spans both columns. */
export interface HomeLayout { widgets: { name: string; wide?: boolean }[] }

export const preferenceLimits = { keys: 200, bytes: 16_384, widgets: 24 } as const

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const only = (value: Record<string, unknown>, keys: readonly string[]): string | undefined => {
  const unknown = Object.keys(value).find(k => !keys.includes(k))
  return unknown === undefined ? undefined : `"${unknown.slice(0, 60)}" is not part of it.`
}
const isZone = (zone: string): boolean => { try { new Intl.DateTimeFormat('en', { timeZone: zone }); return true } catch { return false } }

function checkDisplay(value: unknown): string | undefined {
  if (!isObject(value)) return 'It must be an object.'
  const { zone = null, density = 'default', landing = '/' } = value
  return only(value, ['zone', 'density', 'landing'])
    ?? (zone === null || (typeof zone === 'string' && zone.length <= 64 && isZone(zone)) ? undefined : 'The zone is no IANA time zone such as Europe/Paris.')
    ?? (densities.includes(density as Density) ? undefined : `The density is one of ${densities.join(', ')}.`)
    ?? (typeof landing === 'string' && landing.length <= 500 && /^\/(?![/\\])[\x20-\x7e]*$/.test(landing) && !/[\\#]/.test(landing) ? undefined : 'The first page is an address of this panel, such as /customers.')
}

function checkHome(value: unknown): string | undefined {
  if (!isObject(value) || !Array.isArray(value.widgets)) return 'It must be { "widgets": [...] }.'
  const names = value.widgets.map(w => isObject(w) ? w.name : undefined)
  return only(value, ['widgets'])
    ?? (value.widgets.length <= preferenceLimits.widgets ? undefined : `A home has at most ${preferenceLimits.widgets} widgets.`)
    ?? (value.widgets.every(w => isObject(w) && !only(w, ['name', 'wide']) && typeof w.name === 'string' && /^[a-z][a-z0-9-]{0,59}$/.test(w.name) && ['undefined', 'boolean'].includes(typeof w.wide)) ? undefined : 'A widget is { "name", "wide"? }.')
    ?? (new Set(names).size === names.length ? undefined : 'A widget stands on a home once.')
}

const checkObject = (value: unknown): string | undefined => isObject(value) ? undefined : 'It must be an object.'

/** What can be kept, by key; each value is checked by a pure function that answers what is wrong. */
const known: Record<string, (value: unknown) => string | undefined> = { display: checkDisplay, home: checkHome }

/** `<prefix>.<resource>`: what one keeps for a list. `columns` are the columns of its table, `mapping` the heads of files that were imported, `list` the rest. */
const ofResource: Record<string, (value: unknown) => string | undefined> = { columns: checkObject, mapping: checkObject, list: checkObject }

/** Takes a key apart; undefined when nothing can be kept under it. */
export function preferenceOf(key: string): { check: (value: unknown) => string | undefined; resource?: string } | undefined {
  const at = key.indexOf('.')
  if (at < 0) return Object.hasOwn(known, key) ? { check: known[key]! } : undefined
  const prefix = key.slice(0, at), resource = key.slice(at + 1)
  return Object.hasOwn(ofResource, prefix) && /^[a-z][a-z0-9-]{0,59}$/.test(resource) ? { check: ofResource[prefix]!, resource } : undefined
}
