export interface Colleague { id: string; name: string }

const letter = /[\p{L}\p{N}]/u

/**
 * Colleagues named in a text as `@Name`, each once: the longest name at each @ wins, whatever its case. An address such as mail@ann.example mentions nobody.
 *
 * @example mentionsOf('Ask @Ines Moreau today', [{ id: '1', name: 'Ines Moreau' }]) // ['1']
 */
export function mentionsOf(body: string, colleagues: readonly Colleague[]): string[] {
  const text = body.normalize('NFC').toLowerCase()
  const names = colleagues.map(c => ({ id: c.id, name: c.name.normalize('NFC').toLowerCase() })).filter(c => c.name).sort((a, b) => b.name.length - a.name.length)
  const found = new Set<string>()
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (at > 0 && letter.test(text[at - 1]!)) continue
    const hit = names.find(c => text.startsWith(c.name, at + 1) && !letter.test(text[at + 1 + c.name.length] ?? ''))
    if (hit) for (const same of names) if (same.name === hit.name) found.add(same.id)
  }
  return [...found]
}
