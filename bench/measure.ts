import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

/** CPU milliseconds that a process has used since its start. */
export function cpuMs(pid: number): number {
  try {
    const parts = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return (Number(parts[11]) + Number(parts[12])) * 10
  } catch { return 0 }
}

/** CPU milliseconds of all PostgreSQL processes below a postmaster, including those that have ended. */
export function postgresCpuMs(postmaster: number): number {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' }).split('\n').map(Number).filter(Boolean)
  const own = readFileSync(`/proc/${postmaster}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
  return (Number(own[13]) + Number(own[14])) * 10 + children.reduce((sum, pid) => sum + cpuMs(pid), cpuMs(postmaster))
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  try { return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024 } catch { return 0 }
}

export const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0

export interface Target { name: string; url: string; pid: number; headers?: Record<string, string>; method?: string; body?: string | (() => string); /** Makes each request anew: a signed body. */ setup?: (request: any) => any }
export interface Round { perSecond: number; serverMs: number; postgresMs: number; p97: number; p99: number; failed: number }

/** Loads one target for some seconds with ten connections. */
export async function load(target: Target, postmaster: number, seconds = 3, connections = 10): Promise<Round> {
  const before = [cpuMs(target.pid), postgresCpuMs(postmaster)]
  const makeBody = typeof target.body === 'function' ? target.body : undefined
  const result = await autocannon({
    url: target.url, connections, duration: seconds, method: (target.method ?? 'GET') as 'GET', headers: target.headers,
    ...(target.setup ? { requests: [{ setupRequest: target.setup }] } : makeBody ? { requests: [{ setupRequest: (r: any) => ({ ...r, body: makeBody() }) }] } : target.body ? { body: target.body as string } : {}),
  })
  const answered = result.requests.total || 1
  return {
    perSecond: result.requests.average, p97: result.latency.p97_5, p99: result.latency.p99, failed: result.non2xx + result.errors,
    serverMs: (cpuMs(target.pid) - before[0]!) / answered, postgresMs: (postgresCpuMs(postmaster) - before[1]!) / answered,
  }
}

export interface Row { job: string; goal: string; ratio: string; product: string; limit: string; detail: string }

/** Runs product and limit in turn, order reversed every other round; the ratio is the median of the rounds' ratios. */
export async function versus(job: string, goal: string, product: Target, limit: Target, postmaster: number, rounds = 3): Promise<Row> {
  const results: [Round, Round][] = []
  await load(product, postmaster, 1); await load(limit, postmaster, 1)
  for (let i = 0; i < rounds; i++) {
    if (i % 2 === 0) { const p = await load(product, postmaster); results.push([p, await load(limit, postmaster)]) }
    else { const l = await load(limit, postmaster); results.push([await load(product, postmaster), l]) }
  }
  const pick = (side: 0 | 1, key: keyof Round) => median(results.map(r => r[side][key]))
  const failed = results.reduce((n, r) => n + r[0].failed + r[1].failed, 0)
  return {
    job, goal, ratio: median(results.map(([p, l]) => p.perSecond / (l.perSecond || 1))).toFixed(2),
    product: `${Math.round(pick(0, 'perSecond'))}/s, ${pick(0, 'serverMs').toFixed(2)} + ${pick(0, 'postgresMs').toFixed(2)} ms`,
    limit: `${Math.round(pick(1, 'perSecond'))}/s, ${pick(1, 'serverMs').toFixed(2)} + ${pick(1, 'postgresMs').toFixed(2)} ms`,
    detail: failed ? `${failed} answers were no success` : '',
  }
}
