/** One CSV line of RFC 4180. A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers. */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(cell => {
    if (cell === null || cell === undefined) return ''
    if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
    const text = /^[=+\-@\t\r]/.test(String(cell)) ? `'${String(cell)}` : String(cell)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }).join(',')}\r\n`
}

/** Flattens an answer to columns such as `movements.new`; links and lists are left out. */
export function flatten(value: Record<string, unknown>, prefix = ''): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'links' || key === 'counts' || Array.isArray(inner)) continue
    if (typeof inner === 'object' && inner !== null) Object.assign(out, flatten(inner as Record<string, unknown>, `${prefix}${key}.`))
    else out[`${prefix}${key}`] = inner
  }
  return out
}

/** Rows of one shape as CSV, with a head. */
export function csvOf(rows: readonly Record<string, unknown>[]): string {
  const flat = rows.map(r => flatten(r))
  const heads = [...new Set(flat.flatMap(r => Object.keys(r)))]
  return csvLine(heads) + flat.map(r => csvLine(heads.map(h => r[h]))).join('')
}
