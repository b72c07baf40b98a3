import { load, median, residentMb, type Row, type Target } from './measure.ts'

async function drain(target: Target): Promise<{ seconds: number; firstByte: number; bytes: number; peakMb: number }> {
  const start = performance.now()
  const response = await fetch(target.url, { headers: target.headers })
  if (!response.ok) throw new Error(`${target.url}: ${response.status} ${await response.text()}`)
  let bytes = 0, firstByte = 0, peakMb = 0
  const watch = setInterval(() => { peakMb = Math.max(peakMb, residentMb(target.pid)) }, 50)
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) { firstByte ||= performance.now() - start; bytes += chunk.byteLength }
  clearInterval(watch)
  return { seconds: (performance.now() - start) / 1000, firstByte, bytes, peakMb }
}

/** The whole table as CSV against COPY of the same select through bare Hono; memory, and what other requests feel meanwhile. */
export async function exportRow(product: Target, limit: Target, other: Target, rows: number): Promise<Row[]> {
  await drain(product)
  const ratios: number[] = [], times: [number, number][] = []
  let growth = 0
  for (let i = 0; i < 3; i++) {
    const idle = residentMb(product.pid)
    const p = await drain(product), l = await drain(limit)
    growth = Math.max(growth, p.peakMb - idle)
    ratios.push(l.seconds / p.seconds)
    times.push([p.seconds, l.seconds])
  }
  const calm = await load(other, process.pid, 3, 2)
  let exporting = true
  const busy = (async () => { while (exporting) await drain(product) })()
  const during = await load(other, process.pid, 4, 2)
  exporting = false
  await busy
  return [
    { job: `CSV of ${rows.toLocaleString('en')} rows, against COPY of the same select`, goal: '0.7', ratio: median(ratios).toFixed(2), product: `${median(times.map(t => t[0])).toFixed(1)} s`, limit: `${median(times.map(t => t[1])).toFixed(1)} s`, detail: `memory grew by ${Math.round(growth)} MB (goal under 80)` },
    { job: 'p99 of other requests during an export, against calm', goal: 'at most 4', ratio: (during.p99 / Math.max(1, calm.p99)).toFixed(1), product: `${during.p99} ms`, limit: `${calm.p99} ms`, detail: '' },
  ]
}
