import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface LockHolder { pid: number; started: string; url: string; since: string }
export class Locked extends Error {
  readonly holder: LockHolder
  constructor(holder: LockHolder, dataDir: string) {
    super(`Quarterdeck already runs on ${dataDir}: process ${holder.pid}, ${holder.url}, since ${holder.since}.`)
    this.holder = holder
  }
}

/** When a process was started, as the kernel counts it: tells a living holder from another process that got its number. */
const startedAt = (pid: number): string => {
  try { return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[19] ?? '' } catch { return '' }
}

const alive = (holder: LockHolder): boolean => {
  try { process.kill(holder.pid, 0) } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false }
  return startedAt(holder.pid) === holder.started
}

/** One process per DATA_DIR. A lock left by a killed one is taken over. Throws Locked, which names the first. */
export function lockDataDir(dataDir: string, url: string): () => void {
  mkdirSync(dataDir, { recursive: true })
  const file = path.join(dataDir, 'lock.json')
  const mine: LockHolder = { pid: process.pid, started: startedAt(process.pid), url, since: new Date().toISOString() }
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, `${JSON.stringify(mine)}\n`, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 3) throw error
      let holder: LockHolder | undefined
      try { holder = JSON.parse(readFileSync(file, 'utf8')) } catch { /* half written by a killed process */ }
      if (holder && holder.pid !== process.pid && alive(holder)) throw new Locked(holder, dataDir)
      rmSync(file, { force: true })
    }
  }
}
