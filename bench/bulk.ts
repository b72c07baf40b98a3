import { setTimeout as sleep } from 'node:timers/promises'
import { load, residentMb, type Row, type Target } from './measure.ts'

interface Told { id: string; state: string; done: number; failed: number }

/** An act on every customer by filter, run by a worker of its own, and what requests of people feel meanwhile. */
export async function bulkRows({ product, customers, workerPid, other }: { product: Target; customers: number; workerPid: number; other: Target }): Promise<Row[]> {
  const root = product.url
  const call = async (method: string, path: string, body?: unknown): Promise<Told> => {
    const response = await fetch(`${root}${path}`, { method, headers: product.headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as Told
  }
  const calm = await load(other, process.pid, 5, 2)
  const idle = residentMb(workerPid)
  const began = performance.now()
  const asked = await call('POST', 'customers/bulk/tagging', { filter: {}, expected: customers, input: { tags: ['bench'] } })
  const answered = (performance.now() - began) / 1000
  let peak = idle, p97 = 0, operation = asked
  while (operation.state === 'waiting' || operation.state === 'running') {
    p97 = Math.max(p97, (await load(other, process.pid, 3, 2)).p97)
    peak = Math.max(peak, residentMb(workerPid))
    operation = await call('GET', `operations/${asked.id}`)
    if (performance.now() - began > 600_000) throw new Error('The bulk act did not end within ten minutes.')
    await sleep(50)
  }
  const seconds = (performance.now() - began) / 1000
  return [
    { job: `Bulk update of ${customers.toLocaleString('en')} rows by filter, in seconds`, goal: 'at most 60', ratio: seconds.toFixed(0), product: `answered after ${answered.toFixed(1)} s`, limit: '', detail: `${operation.done.toLocaleString('en')} done, ${operation.failed} failed; the worker's memory grew by ${Math.round(peak - idle)} MB` },
    { job: 'p97.5 of other requests during it, against calm', goal: 'at most 4', ratio: (p97 / Math.max(1, calm.p97)).toFixed(1), product: `${p97} ms`, limit: `${calm.p97} ms`, detail: 'the worst of rounds of three seconds' },
  ]
}
