/** Every key of the panel, as the list of keys shows it. Sequences are pressed one after the other. */
export interface KeyHelp { keys: readonly string[]; words: string }
export interface KeyGroup { title: string; keys: readonly KeyHelp[] }

export const keyGroups: readonly KeyGroup[] = [
  { title: 'Everywhere', keys: [
    { keys: ['mod+k'], words: 'Search records, pages and actions' }, { keys: ['/'], words: 'Search this list, or everything' }, { keys: ['?'], words: 'This list' }, { keys: ['Esc'], words: 'Close what is open' },
  ] },
  { title: 'Lists', keys: [
    { keys: ['j'], words: 'Row below' }, { keys: ['k'], words: 'Row above' }, { keys: ['x'], words: 'Select the row' }, { keys: ['Enter'], words: 'Open the record' }, { keys: ['Space'], words: 'Look at it beside the list' },
    { keys: ['e'], words: 'Edit' }, { keys: ['c'], words: 'Make a new one' },
  ] },
  { title: 'Records', keys: [
    { keys: ['['], words: 'Record before, in the list it came from' }, { keys: [']'], words: 'Record after' }, { keys: ['e'], words: 'Edit' }, { keys: ['o'], words: 'Assign the owner' }, { keys: ['u'], words: 'Back to the list' },
  ] },
  { title: 'Forms', keys: [{ keys: ['mod+Enter'], words: 'Save' }] },
]

/** The second key of `g …`, by address. What a person may not open is not in their list. */
export const goToKeys: Readonly<Record<string, string>> = {
  '/': 'h', '/customers': 'c', '/users': 'u', '/tickets': 't', '/revenue': 'r', '/subscriptions': 's', '/invoices': 'i', '/payments': 'p', '/mrr-movements': 'm', '/promo-codes': 'k', '/audit-log': 'a', '/operations': 'o', '/staff': 'w', '/settings': ',',
}

/** What is done when the keys are pressed. `keys` as in `g c`: words between spaces, one after the other. */
export interface Binding { keys: string; run: (event: KeyboardEvent) => void; /** Also while the key is held down. */ repeats?: boolean }

/** The name of a plain key, null for keys with Control, Command or Alt: those belong to the browser. */
export const nameOfKey = (event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | null =>
  event.ctrlKey || event.metaKey || event.altKey ? null : event.key === ' ' ? 'Space' : event.key === 'Escape' ? 'Esc' : event.key

/** How long the second key of a sequence may take, in ms. */
export const sequenceTime = 1_200

export interface Pressed { binding: Binding | undefined; /** Keys that may still become a sequence. */ pending: string }

/** The binding that a key completes, after those that are pending; where none does, what is pending now. The last binding with the keys wins. */
export const press = (pending: string, key: string, bindings: readonly Binding[]): Pressed => {
  for (const tried of pending ? [`${pending} ${key}`, key] : [key]) {
    const binding = bindings.findLast(b => b.keys === tried)
    if (binding) return { binding, pending: '' }
    if (bindings.some(b => b.keys.startsWith(`${tried} `))) return { binding: undefined, pending: tried }
  }
  return { binding: undefined, pending: '' }
}

/** As it stands in a tooltip: `New customer (c)`. */
export const withKey = (words: string, keys: string): string => `${words} (${keys})`
