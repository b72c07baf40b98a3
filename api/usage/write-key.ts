import { createHash, randomBytes } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { audit } from '../engine/audit.ts'
import type { Ctx } from '../engine/context.ts'
import { newId } from '../engine/ids.ts'

export interface WriteKey { id: string; name: string }

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/** A new key: 192 random bits behind a prefix by which people tell keys apart. Only its SHA-256 is kept. */
export function makeWriteKey(): { key: string; prefix: string; hash: string } {
  const prefix = `qdw_${randomBytes(4).toString('hex')}`
  const key = `${prefix}_${randomBytes(24).toString('base64url')}`
  return { key, prefix, hash: hashOf(key) }
}

/** Makes a key from the command line, with its audit row. `key` is told this once. */
export async function createWriteKey(db: Kysely<any>, name: string): Promise<{ id: string; key: string }> {
  const { key, prefix, hash } = makeWriteKey()
  const id = newId()
  const ctx: Pick<Ctx, 'actor' | 'requestId' | 'ip'> = { actor: { kind: 'product', id: null, name: 'Command line' }, requestId: newId(), ip: null }
  await db.transaction().execute(async trx => {
    await sql`insert into write_keys (id, name, prefix, key_hash) values (${id}, ${name}, ${prefix}, ${hash})`.execute(trx)
    await audit(trx, ctx, [{ act: 'create', resource: 'write-keys', subjectId: id, changes: { name: { before: null, after: name } } }])
  })
  return { id, key }
}

/** The key as Segment's libraries send it: user name of Basic, or Bearer; empty when the header holds neither. */
export function keyOfHeader(header: string | undefined): string {
  const basic = /^basic\s+([A-Za-z0-9+/_-]+={0,2})$/i.exec(header ?? '')
  if (basic) return Buffer.from(basic[1]!, 'base64').toString('utf8').split(':')[0] ?? ''
  return /^bearer\s+(\S+)$/i.exec(header ?? '')?.[1] ?? ''
}

/** The living key a request carries, or nothing. Its last use is noted at most once a minute. */
export async function findWriteKey(db: Kysely<any>, key: string): Promise<WriteKey | undefined> {
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) return undefined
  const { rows: [row] } = await sql<WriteKey & { stale: boolean }>`select id, name, last_used_at is null or last_used_at < now() - interval '1 minute' as stale
    from write_keys where key_hash = ${hashOf(key)} and deleted_at is null`.execute(db)
  if (!row) return undefined
  if (row.stale) await sql`update write_keys set last_used_at = now() where id = ${row.id}`.execute(db)
  return { id: row.id, name: row.name }
}
