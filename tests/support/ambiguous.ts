/**
 * Can a pattern, on a text that does not match, try one stretch in two ways, so that its work grows faster than the text? The pattern is made into a
 * small automaton; it is ambiguous when some text leads from a loop both round that loop and on into a later one that the same text goes
 * round too (or twice round one loop), and what follows can still fail. Bounded repeats count up to three: they multiply the work by a constant.
 */
export function ambiguous(source: string, flags: string): boolean {
  const { states, start, end } = automaton(source, flags)
  const closure = states.map((_, i) => emptyClosure(states, i))
  /** The consuming edges that leave state `i`, through empty steps. */
  const edges = closure.map(set => [...set].flatMap(s => states[s]!.flatMap(e => e.on ? [{ on: e.on, to: e.to }] : [])))
  const nodes = [...new Set([start, ...states.flatMap(list => list.flatMap(e => e.on ? [e.to] : []))])]
  const fails = (i: number) => !closure[i]!.has(end)
  const shared = (first: Set<string>, ...others: Set<string>[]) => { for (const ch of first) if (others.every(set => set.has(ch))) return true; return false }
  for (const p of nodes) for (const q of nodes) {
    if (p === q ? !edges[p]!.length : !fails(q)) continue
    // triples of states that one text reaches at once, from (p, p, q) to (p, q, q); for p = q two different ways round
    const seen = new Set<string>(), todo: [number, number, number, boolean][] = [[p, p, q, false]]
    while (todo.length) {
      const [a, b, c, apart] = todo.pop()!
      for (const [i, x] of edges[a]!.entries()) for (const [j, y] of edges[b]!.entries()) {
        if (!shared(x.on, y.on)) continue
        if (p === q) {
          const differ = apart || x.to !== y.to || (a === b && i !== j)
          if (x.to === p && y.to === p && differ && fails(p)) return true
          const key = `${x.to} ${y.to} ${differ}`
          if (!seen.has(key)) { seen.add(key); todo.push([x.to, y.to, 0, differ]) }
        } else for (const z of edges[c]!) {
          if (!shared(x.on, y.on, z.on)) continue
          if (x.to === p && y.to === q && z.to === q) return true
          const key = `${x.to} ${y.to} ${z.to}`
          if (!seen.has(key)) { seen.add(key); todo.push([x.to, y.to, z.to, false]) }
        }
      }
    }
  }
  return false
}

interface Edge { on: Set<string> | null; to: number }
const alphabet = [...Array.from({ length: 96 }, (_, i) => String.fromCharCode(31 + i)), '\t', '\n', '\r', 'é', '\u2028', '漢']

function emptyClosure(states: Edge[][], from: number): Set<number> {
  const found = new Set([from]), todo = [from]
  while (todo.length) for (const e of states[todo.pop()!]!) if (!e.on && !found.has(e.to)) { found.add(e.to); todo.push(e.to) }
  return found
}

/** Thompson's construction. `^` and `$` matter as places: without `^` the engine starts anew at each character, and after `$` nothing but the end matches. */
function automaton(source: string, flags: string): { states: Edge[][]; start: number; end: number } {
  const states: Edge[][] = []
  const state = () => states.push([]) - 1
  const link = (from: number, to: number, on: Set<string> | null = null) => { states[from]!.push({ on, to }) }
  const classOf = (atom: string) => { const re = new RegExp(`^${atom}$`, flags.replace(/[gy]/g, '')); return new Set(alphabet.filter(ch => re.test(ch))) }
  let at = 0
  type Piece = (from: number) => number

  const choice = (): Piece => {
    const ways: Piece[] = [sequence()]
    while (source[at] === '|') { at++; ways.push(sequence()) }
    return ways.length === 1 ? ways[0]! : from => { const to = state(); for (const way of ways) link(way(from), to); return to }
  }
  const sequence = (): Piece => {
    const parts: Piece[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(atom()))
    return from => parts.reduce((s, part) => part(s), from)
  }
  const repeated = (piece: Piece): Piece => {
    const m = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/.exec(source.slice(at))
    if (!m) return piece
    at += m[0].length
    const low = m[1] ? (m[1] === '+' ? 1 : 0) : Number(m[2])
    const high = m[1] ? (m[1] === '?' ? 1 : Infinity) : m[3] ? (m[4] ? Number(m[4]) : Infinity) : low
    const copies = Math.min(low, 3), optional = high === Infinity ? 0 : Math.min(high - low, 3 - Math.min(copies, 2))
    return from => {
      let s = from
      for (let i = 0; i < copies; i++) s = piece(s)
      if (high === Infinity) { const loop = state(); link(s, loop); link(piece(loop), loop); return loop }
      const out = state()
      for (let i = 0; i < optional; i++) { link(s, out); s = piece(s) }
      link(s, out)
      return out
    }
  }
  const consuming = (text: string): Piece => { const on = classOf(text); return from => { const to = state(); link(from, to, on); return to } }
  const nothing: Piece = from => { const to = state(); link(from, to); return to }
  const atom = (): Piece => {
    const rest = source.slice(at)
    const group = /^\((?:\?(?::|=|!|<=|<!|<\w+>))?/.exec(rest)
    if (group) {
      at += group[0].length
      const inner = choice()
      at++
      // what is only looked at is tried as if it were taken: never fewer ways than there are
      return inner
    }
    if (rest[0] === '^') { at++; return nothing }
    // only the end of the text follows: a text that goes on fails here
    if (rest[0] === '$') { at++; return from => { const to = state(); link(from, to, new Set(['\u0000'])); return to } }
    if (/^\\[bB]/.test(rest)) { at += 2; return nothing }
    const one = /^(?:\[\^?(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|[\s\S])/i.exec(rest)![0]
    at += one.length
    return consuming(one)
  }

  const start = state()
  const anchored = source.startsWith('^') && !topLevelChoice(source)
  if (!anchored) link(start, start, new Set(alphabet))
  const end = choice()(start)
  return { states, start, end }
}

const topLevelChoice = (source: string): boolean => {
  let depth = 0
  for (const m of source.matchAll(/\\.|\[\^?(?:\\.|[^\]\\])*\]|[()|]/g)) {
    if (m[0] === '(') depth++
    else if (m[0] === ')') depth--
    else if (m[0] === '|' && depth === 0) return true
  }
  return false
}
