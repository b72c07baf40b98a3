import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFiles, read } from '../support/sources.ts'

const files = projectFiles(), known = new Set(files)
const docs = files.filter(f => /^docs\/.*\.md$|^[A-Z]+\.md$/.test(f))

/** Files that a page tells its reader to write, and others of the word that begins with them. */
const toCome = (text: string) => {
  const written = [...text.matchAll(/^`([\w/.-]+\.ts)`\n\n```ts/gm)].map(m => m[1]!)
  const words = new Set(written.filter(f => f.split('/').length > 2).map(f => f.split('/')[1]!))
  return (name: string) => written.includes(name) || words.has(name.split('/')[1]!)
}

describe('the documentation', () => {
  it('names only files that exist', () => {
    const missing: string[] = []
    let seen = 0
    for (const doc of docs) {
      const text = read(doc), isToCome = toCome(text)
      for (const [, name] of text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:tsx?|css|json|md))`/g)) {
        if (/^(package|cases)\.json$/.test(name!)) continue
        seen++
        // a bare name follows the folder that was named before it
        const found = name!.includes('/') ? known.has(name!) : files.some(f => path.posix.basename(f) === name)
        if (!found && !isToCome(name!)) missing.push(`${doc}: ${name}`)
      }
    }
    expect(seen).toBeGreaterThan(50)
    expect(missing).toEqual([])
  })

  it('links only to files that exist, and shows only pictures that bin/screenshots.ts renews', () => {
    const made = read('bin/screenshots.ts')
    for (const picture of docs.flatMap(doc => [...read(doc).matchAll(/!\[[^\]]+\]\(docs\/pictures\/([\w-]+)\.png\)/g)].map(m => m[1]!))) expect(made).toContain(`'${picture}'`)
    const links = docs.flatMap(doc => [...read(doc).matchAll(/(?<!!\[[^\]]*)\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(m => ({ doc, target: m[1]! })).filter(l => !/^[a-z]+:/.test(l.target)))
    expect(links.length).toBeGreaterThan(2)
    expect(links.filter(l => !known.has(path.posix.normalize(path.posix.join(path.posix.dirname(l.doc), l.target))))).toEqual([])
  })

  it('names only commands of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = docs.flatMap(doc => [...read(doc).matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(m => m[1]!))
    expect(named.length).toBeGreaterThan(1)
    expect(named.filter(n => !(n in scripts))).toEqual([])
  })
})
