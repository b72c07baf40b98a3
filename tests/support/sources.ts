import { execFileSync } from 'node:child_process'
import { readFileSync, existsSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

/** Every file that git knows or would take up, by its path in the project. */
export const projectFiles = (): string[] =>
  [...new Set(execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n'))].filter(f => f && existsSync(path.join(root, f)))

export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** TypeScript written by hand. */
export const sources = (): string[] => projectFiles().filter(f => /\.(ts|tsx)$/.test(f) && !f.endsWith('.d.ts'))

export const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file) || file.startsWith('tests/')

/** What a file imports: paths of the project, or names of packages. */
export function importsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = read(file).replace(/\/\*[\s\S]*?\*\//g, '')
  const found: { target: string; typeOnly: boolean }[] = []
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm)) {
    const name = match[2] ?? match[3]!
    const target = name.startsWith('.') ? path.posix.normalize(path.posix.join(path.posix.dirname(file), name)) : name
    found.push({ target, typeOnly: Boolean(match[1]) })
  }
  return found
}
