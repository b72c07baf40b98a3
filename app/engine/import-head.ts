import type { ManifestResource } from '../../resources/engine/manifest.ts'

/** The column heads of a CSV file, from its first 64 kB: comma, semicolon or tab, with or without quotes. */
export async function readHeads(file: File): Promise<string[]> {
  const bytes = new Uint8Array(await file.slice(0, 65_536).arrayBuffer())
  const utf16 = bytes[0] === 0xFF && bytes[1] === 0xFE ? 'utf-16le' : bytes[0] === 0xFE && bytes[1] === 0xFF ? 'utf-16be' : null
  let text: string
  try { text = new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes, { stream: true }) } catch { text = new TextDecoder('windows-1252').decode(bytes) }
  return headsOf(text)
}

export function headsOf(text: string): string[] {
  const parsed = [',', ';', '\t'].map(delimiter => firstRecord(text, delimiter))
  return parsed.reduce((best, one) => one.length > best.length ? one : best).map(head => head.trim())
}

function firstRecord(text: string, delimiter: string): string[] {
  const cells = ['']
  let quoted = false
  for (const c of text) {
    if (c === '"') quoted = !quoted
    else if (!quoted && (c === '\n' || c === '\r')) break
    else if (!quoted && c === delimiter) cells.push('')
    else cells[cells.length - 1] += c
  }
  return cells
}

const plain = (words: string): string => words.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Fields a column may fill, with their labels. `id` and `version` are those of an export. */
export const fillable = (resource: ManifestResource): { name: string; label: string }[] => [
  ...Object.entries(resource.fields).filter(([, f]) => f.creatable || f.updatable).map(([name, f]) => ({ name, label: f.label })),
  ...['id', ...(resource.versioned ? ['version'] : [])].filter(name => !resource.fields[name]?.creatable && !resource.fields[name]?.updatable).map(name => ({ name, label: name === 'id' ? 'Id' : 'Version' })),
]

/** Column head -> field: as it was the last time, else by name or label; each field once, '' where none fits. */
export function guessMapping(resource: ManifestResource, heads: readonly string[], kept: Record<string, unknown>): Record<string, string> {
  const fields = fillable(resource), taken = new Set<string>(), mapping: Record<string, string> = {}
  for (const head of heads) {
    if (!head) continue
    const fit = fields.find(f => f.name === kept[head]) ?? (kept[head] === '' ? undefined : fields.find(f => plain(f.name) === plain(head) || plain(f.label) === plain(head)))
    mapping[head] = fit && !taken.has(fit.name) ? fit.name : ''
    if (fit) taken.add(fit.name)
  }
  return mapping
}
