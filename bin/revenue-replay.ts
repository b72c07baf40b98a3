import { readFileSync } from 'node:fs'
import { replayCase } from '../api/revenue/replay/replay-case.ts'

/** `npm run -s revenue:replay -- FILE`: computes each worked case of a JSON array and prints `[{ id, result }]`. */
const file = process.argv[2]
if (!file) {
  console.error('Name the file: npm run -s revenue:replay -- cases.json')
  process.exit(2)
}
let cases: unknown
try {
  cases = JSON.parse(readFileSync(file, 'utf8'))
  if (!Array.isArray(cases)) throw new Error('it holds no list of cases')
} catch (error) {
  console.error(`${file} cannot be read: ${(error as Error).message}`)
  process.exit(2)
}
process.stdout.write(`${JSON.stringify((cases as unknown[]).map(replayCase))}\n`)
