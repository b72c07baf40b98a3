export interface JsonLine { text: string; marked: boolean }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null || (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0)
const widest = 76

/**
 * A JSON value as lines of two-space indented text; a line is marked when it shows a used path (`data.object.items.data[0].quantity`).
 * Small objects of plain values stand on one line.
 */
export const jsonLines = (value: unknown, used: readonly string[]): JsonLine[] => {
  const paths = new Set(used)
  const lines: JsonLine[] = []
  const inline = (node: unknown): string | null => {
    if (isLeaf(node)) return JSON.stringify(node)
    const text = Array.isArray(node)
      ? (node.every(isLeaf) ? `[${node.map(v => JSON.stringify(v)).join(', ')}]` : null)
      : isObject(node) && Object.values(node).every(isLeaf) ? `{ ${Object.entries(node).map(([k, v]) => `${JSON.stringify(k)}: ${JSON.stringify(v)}`).join(', ')} }` : null
    return text !== null && text.length <= widest ? text : null
  }
  const below = (path: string): boolean => paths.has(path) || used.some(p => p.startsWith(`${path}.`) || p.startsWith(`${path}[`))
  const write = (node: unknown, path: string, indent: number, lead: string, tail: string): void => {
    const pad = '  '.repeat(indent)
    const flat = inline(node)
    if (flat !== null) { lines.push({ text: pad + lead + flat + tail, marked: isLeaf(node) ? paths.has(path) : below(path) }); return }
    const [open, close] = Array.isArray(node) ? ['[', ']'] : ['{', '}']
    lines.push({ text: `${pad}${lead}${open}`, marked: false })
    const entries: [string, string, unknown][] = Array.isArray(node) ? node.map((v, i) => ['', `${path}[${i}]`, v]) : Object.entries(node as Record<string, unknown>).map(([k, v]) => [`${JSON.stringify(k)}: `, path ? `${path}.${k}` : k, v])
    entries.forEach(([name, at, child], i) => { write(child, at, indent + 1, name, i < entries.length - 1 ? ',' : '') })
    lines.push({ text: pad + close + tail, marked: false })
  }
  write(value, '', 0, '', '')
  return lines
}

export type Segment = { lines: JsonLine[]; folded: boolean }

/** Lines in runs: those further than `near` from a marked one are folded when there are more than `least` of them. */
export const foldLines = (lines: readonly JsonLine[], near = 1, least = 4): Segment[] => {
  const kept = lines.map((_, i) => i === 0 || i === lines.length - 1 || lines.slice(Math.max(0, i - near), i + near + 1).some(l => l.marked))
  const segments: Segment[] = []
  for (let i = 0; i < lines.length;) {
    let end = i
    while (end < lines.length && kept[end] === kept[i]) end++
    segments.push({ lines: lines.slice(i, end), folded: !kept[i] && end - i > least })
    i = end
  }
  return segments
}
