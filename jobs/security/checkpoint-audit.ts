import { sql } from 'kysely'
import type { Services } from '../../api/engine/context.ts'
import { auditHead } from '../../api/security/audit-rows.ts'
import { appendCheckpoint, checkpointFile, ownPublicKeys, readCheckpoints } from '../../api/security/checkpoints.ts'

const everyRows = 1_000, everyMs = 5 * 60_000

/**
 * Signs the head of the audit log outside the database: at most a thousand rows or five minutes behind. Whoever owns the database can rebuild the
 * whole chain, but not what was signed before. Cries out when the last signed row is not there any more.
 */
export async function checkpointAudit({ db, config, log }: Pick<Services, 'db' | 'config' | 'log'>): Promise<void> {
  const { points } = await readCheckpoints(checkpointFile(config.dataDir), ownPublicKeys(config.masterKeys))
  const last = points.at(-1)
  const head = await auditHead(db)
  if (last) {
    const { rows: [row] } = await sql<{ hash: Buffer }>`select hash from audit_log where seq = ${last.seq}`.execute(db)
    if (row?.hash.toString('hex') !== last.hash) { log.error({ seq: last.seq, signedAt: last.at }, 'the audit log does not hold a row that was signed: run verify-audit'); return }
  }
  const rows = head.seq - (last?.seq ?? 0)
  if (rows <= 0 || (rows < everyRows && last && Date.now() - Date.parse(last.at) < everyMs)) return
  const point = { seq: head.seq, hash: head.hash.toString('hex'), at: new Date().toISOString() }
  await appendCheckpoint(config.dataDir, config.masterKeys, point)
  log.info(point, 'audit checkpoint')
}
