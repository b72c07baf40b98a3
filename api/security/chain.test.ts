import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkpointAudit } from '../../jobs/security/checkpoint-audit.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { audit } from '../engine/audit.ts'
import { exportChain, readChainFile } from './audit-file.ts'
import { auditHead, auditRows } from './audit-rows.ts'
import { ChainCheck, genesis, hashOf, type ChainRow, type Checkpoint } from './chain.ts'
import { appendCheckpoint, checkpointFile, ownPublicKeys, pemPublicKeys, publicKeyFile, readCheckpoints } from './checkpoints.ts'

let world: World, dir: string
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-chain-'))
  world = await createWorld({ env: { DATA_DIR: dir } })
})
afterAll(async () => { await world.close(); await rm(dir, { recursive: true, force: true }) })

const actor = { actor: { kind: 'person' as const, id: 'ada', name: 'Ada | 3:é "quoted"' }, requestId: 'request-1', ip: '203.0.113.9' }
const write = (n: number) => world.db.transaction().execute(trx => audit(trx, actor, Array.from({ length: n }, (_, i) => ({
  act: 'update', resource: 'customers', subjectId: `row ${i}`, reason: i % 3 ? null : `=because ${i}, "and"\nmore`, changes: { name: { before: null, after: `Név ${i}` }, mrr: { before: 1.5, after: [i, { b: 1, a: null }] } },
}))))

/** The log as it was: forty rows of two transactions. */
beforeEach(async () => {
  await sql`alter table audit_log disable trigger user`.execute(world.owner)
  await sql`delete from audit_values`.execute(world.owner)
  await sql`delete from audit_log`.execute(world.owner)
  await sql`update audit_head set seq = 0, hash = sha256('quarterdeck audit log')`.execute(world.owner)
  await sql`alter table audit_log enable trigger user`.execute(world.owner)
  await write(25)
  await write(15)
})

const verify = async (points: Checkpoint[] = [], page = 7) => {
  const check = new ChainCheck(points)
  for await (const row of auditRows(world.db, page)) check.push(row)
  return check.end(await auditHead(world.db)).map(f => f.sentence)
}
/** What the owner of the database can do behind the product's back. */
const tamper = async (...statements: ReturnType<typeof sql>[]) => {
  await sql`alter table audit_log disable trigger user`.execute(world.owner)
  for (const s of statements) await s.execute(world.owner)
  await sql`alter table audit_log enable trigger user`.execute(world.owner)
}
/** What a careful forger does: recomputes every hash from a row on and moves the head. */
const rebuild = (from: number) => sql`do $$ declare r record; p bytea; begin
  select coalesce((select hash from audit_log where seq = ${sql.lit(from)} - 1), sha256('quarterdeck audit log')) into p;
  for r in select * from audit_log where seq >= ${sql.lit(from)} order by seq loop
    p := audit_hash(p, r.seq, r.at, array[r.id::text, r.actor_kind, r.actor_id, r.actor_name, r.on_behalf_of, r.act, r.resource, r.subject_id, r.request_id, r.ip], r.digest);
    update audit_log set prev = coalesce((select hash from audit_log l where l.seq = r.seq - 1), sha256('quarterdeck audit log')), hash = p where seq = r.seq;
  end loop;
  update audit_head set seq = (select max(seq) from audit_log), hash = p;
end $$`
const signedAt = async (seq: number): Promise<Checkpoint> => {
  const { rows: [row] } = await sql<{ hash: Buffer }>`select hash from audit_log where seq = ${seq}`.execute(world.db)
  return { seq, hash: row!.hash.toString('hex'), at: '2026-11-25T12:00:00.000Z' }
}

test('an untouched log verifies, also with several pages, with erased values, and when it is empty', async () => {
  expect(await verify()).toEqual([])
  expect(await verify([await signedAt(12), await signedAt(40)], 10_000)).toEqual([])
  await tamper(sql`update audit_values set salt = '', reason = null, changes = null, erased_at = now() where audit_id in (select id from audit_log where seq in (3, 4))`)
  expect(await verify()).toEqual([])
  await tamper(sql`delete from audit_values`, sql`delete from audit_log`, sql`update audit_head set seq = 0, hash = sha256('quarterdeck audit log')`)
  expect(await verify()).toEqual([])
})

test('1. a changed value is found', async () => {
  await tamper(sql`update audit_values set changes = jsonb_set(changes, '{name,after}', '"Other"') where audit_id = (select id from audit_log where seq = 11)`)
  expect(await verify()).toEqual(['row 11: its values are not what was written.'])
  await tamper(sql`update audit_values set reason = 'Another' where audit_id = (select id from audit_log where seq = 12)`)
  expect(await verify()).toEqual(['row 11: its values are not what was written.', 'row 12: its values are not what was written.'])
})

test('2. a changed actor is found, and 3. a changed time, be it by a microsecond', async () => {
  await tamper(sql`update audit_log set actor_name = 'Bea' where seq = 7`)
  expect(await verify()).toEqual(['row 7: its content (who, what, when) is not what was written.'])
  await tamper(sql`update audit_log set at = at - interval '1 day' where seq = 9`, sql`update audit_log set at = at + interval '1 microsecond' where seq = 20`)
  expect(await verify()).toEqual([7, 9, 20].map(n => `row ${n}: its content (who, what, when) is not what was written.`))
})

test('4. rows deleted in the middle and at the beginning are found', async () => {
  await tamper(sql`delete from audit_values where audit_id in (select id from audit_log where seq in (1, 2, 17, 30, 31))`, sql`delete from audit_log where seq in (1, 2, 17, 30, 31)`)
  expect(await verify()).toEqual(['rows 1 to 2: are missing.', 'row 17: is missing.', 'rows 30 to 31: are missing.'])
})

test('5. a cut tail is found by the head, and where the head was moved too, by a signed checkpoint', async () => {
  const points = [await signedAt(30), await signedAt(40)]
  await tamper(sql`delete from audit_values where audit_id in (select id from audit_log where seq > 35)`, sql`delete from audit_log where seq > 35`)
  expect(await verify()).toEqual(['rows 36 to 40: are missing.'])
  await tamper(sql`update audit_head set seq = 35, hash = (select hash from audit_log where seq = 35)`)
  expect(await verify()).toEqual([])
  expect(await verify(points)).toEqual(['row 40: was signed at 2026-11-25T12:00:00.000Z and is missing.'])
})

test('6. an inserted row is found, at the end and between others', async () => {
  const copy = (seq: number) => sql`insert into audit_log select gen_random_uuid(), ${sql.lit(seq)}, at, actor_kind, actor_id, actor_name, on_behalf_of, 'refund', resource, subject_id, request_id, ip, digest, prev, hash from audit_log where seq = 40`
  await tamper(copy(41))
  expect(await verify()).toEqual(expect.arrayContaining(['row 41: its content (who, what, when) is not what was written.', 'row 41: lies beyond the head of the log.']))
  await tamper(sql`delete from audit_log where seq = 41`, sql`update audit_log set seq = -seq where seq > 38`, sql`update audit_log set seq = 1 - seq where seq < 0`, copy(39))
  const faults = await verify()
  expect(faults[0]).toBe('row 39: its content (who, what, when) is not what was written.')
  expect(faults).toContain('row 41: lies beyond the head of the log.')
})

test('7. two rows that changed places are found', async () => {
  await tamper(sql`update audit_log set seq = -1 where seq = 21`, sql`update audit_log set seq = 21 where seq = 22`, sql`update audit_log set seq = 22 where seq = -1`)
  const faults = await verify()
  for (const n of [21, 22]) expect(faults).toContain(`row ${n}: its content (who, what, when) is not what was written.`)
  expect(faults).toContain('row 21: does not follow row 20.')
  expect(faults.every(f => /^row 2[123]:/.test(f))).toBe(true)
})

test('8. a chain rebuilt as a whole fits in itself and is found by the first signed checkpoint behind the change', async () => {
  const points = [await signedAt(10), await signedAt(30), await signedAt(40)]
  await tamper(sql`update audit_log set actor_name = 'Bea' where seq = 15`, rebuild(15))
  expect(await verify()).toEqual([])
  expect(await verify(points)).toEqual([30, 40].map(n => `row ${n}: is not the row that was signed at 2026-11-25T12:00:00.000Z; the chain was rebuilt.`))
})

test('values cannot be taken away without a mark, nor a mark set over values that are there', async () => {
  await tamper(sql`delete from audit_values where audit_id = (select id from audit_log where seq = 5)`, sql`update audit_values set erased_at = now() where audit_id = (select id from audit_log where seq = 6)`)
  expect(await verify()).toEqual(['row 5: its values are gone without being marked as erased.', 'row 6: its values are marked as erased but are there.'])
})

test('this program and the database compute the same hash, whatever the text', async () => {
  for (const name of ['', '|', '1:a|2:bb', 'né 漢字 🙂', '\t\r\n', "'=1+1"]) await world.db.transaction().execute(trx => audit(trx, { ...actor, actor: { kind: 'product', id: null, name }, ip: null }, [{ act: name || 'x', resource: 'r' }]))
  expect(await verify()).toEqual([])
  const rows: ChainRow[] = []
  for await (const row of auditRows(world.db)) rows.push(row)
  expect(rows[0]!.prev.equals(genesis)).toBe(true)
  expect(rows.every(r => hashOf(r).equals(r.hash))).toBe(true)
})

test('rows written by many at once form one chain without a gap', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, i) => write(1 + i % 3)))
  expect(await verify()).toEqual([])
  expect((await auditHead(world.db)).seq).toBe(100)
})

const offline = async (file: string, points: Checkpoint[] = []) => {
  const check = new ChainCheck(points)
  for await (const row of readChainFile(file)) check.push(row)
  return { faults: check.end().map(f => f.sentence), rows: check.rows, erased: check.erased }
}

test('exports verify without a database: JSON lines, and the CSV of the panel in either direction', async () => {
  await tamper(sql`update audit_values set salt = '', reason = null, changes = null, erased_at = now() where audit_id = (select id from audit_log where seq = 3)`)
  const strange = { ...actor, actor: { kind: 'person' as const, id: '-7', name: "'=cmd" } }
  await world.db.transaction().execute(trx => audit(trx, strange, [{ act: 'update', resource: 'customers', subjectId: '@x', reason: '', changes: { note: { before: "'+1", after: '=1+1\r\n\u2028"",' } } }, { act: 'x', resource: 'r', subjectId: 'a\r', reason: 'line\nof "two"\u2028\r\n' }, { act: '-odd', resource: '+r', reason: '\tTab' }]))
  const jsonl = path.join(dir, 'log.jsonl')
  expect(await exportChain(auditRows(world.db), jsonl)).toBe(43)
  expect(await offline(jsonl)).toEqual({ faults: [], rows: 43, erased: 1 })
  for (const order of ['asc', 'desc']) {
    const answer = await world.as('auditor').get(`/v1/admin/audit-log/export.csv?_sort=seq&_order=${order}`)
    expect(answer.status).toBe(200)
    const file = path.join(dir, `${order}.csv`)
    await writeFile(file, answer.text)
    const { faults, rows, erased } = await offline(file)
    expect([order, faults, erased]).toEqual([order, [], 1])
    expect(rows).toBeGreaterThanOrEqual(43)
    await writeFile(file, answer.text.replaceAll('Név 7', 'Név 8'))
    expect((await offline(file)).faults).toEqual(['row 8: its values are not what was written.', 'row 33: its values are not what was written.'])
  }
  const text = await readFile(jsonl, 'utf8')
  await writeFile(jsonl, text.split('\n').filter((_, i) => i !== 19).join('\n'))
  expect((await offline(jsonl)).faults).toEqual(['row 20: is missing.'])
  await writeFile(jsonl, text.split('\n').slice(0, 30).join('\n'))
  expect((await offline(jsonl, [await signedAt(40)])).faults).toEqual(['row 40: was signed at 2026-11-25T12:00:00.000Z and is missing.'])
})

test('the checkpoint job signs the head at once, then every thousand rows or five minutes, and stops when a signed row is gone', async () => {
  const { services } = world
  const points = async () => (await readCheckpoints(checkpointFile(dir), ownPublicKeys(services.config.masterKeys))).points
  await checkpointAudit(services)
  expect((await points()).map(p => p.seq)).toEqual([40])
  await write(5)
  await checkpointAudit(services)
  expect(await points()).toHaveLength(1)
  await write(1_000)
  await checkpointAudit(services)
  expect((await points()).map(p => p.seq)).toEqual([40, 1045])
  expect(await verify(await points())).toEqual([])
  const { points: read, faults } = await readCheckpoints(checkpointFile(dir), pemPublicKeys(await readFile(publicKeyFile(dir), 'utf8')))
  expect([read.length, faults]).toEqual([2, []])
  await tamper(rebuild(1), sql`update audit_log set act = 'delete' where seq = 1045`, rebuild(1045))
  await write(1_500)
  await checkpointAudit(services)
  expect(await points()).toHaveLength(2)
  expect(await verify(await points())).toEqual([expect.stringContaining('row 1045: is not the row that was signed')])
})

test('a checkpoint that was changed or signed by another key is told; a line cut short by a crash is passed over', async () => {
  const own = path.join(dir, 'other')
  const { masterKeys } = world.services.config
  for (const seq of [1, 2]) await appendCheckpoint(own, masterKeys, { seq, hash: 'ab', at: '2026-11-25T12:00:00.000Z' })
  await appendCheckpoint(own, [{ id: 'k1', key: Buffer.alloc(32, 1) }], { seq: 3, hash: 'ab', at: '2026-11-25T12:00:00.000Z' })
  const file = checkpointFile(own)
  await writeFile(file, `${(await readFile(file, 'utf8')).replace('"seq":2', '"seq":9')}{"seq":4,"ha`)
  const { points, faults } = await readCheckpoints(file, ownPublicKeys(masterKeys))
  expect(points.map(p => p.seq)).toEqual([1])
  expect(faults).toEqual(['checkpoint 2: its signature is not ours.', 'checkpoint 3: its signature is not ours.'])
  expect(await readCheckpoints(path.join(own, 'absent'), [])).toEqual({ points: [], faults: [] })
})

test('the application can neither change, nor remove, nor empty the audit log, nor move its head', async () => {
  for (const statement of [sql`update audit_log set act = 'x'`, sql`delete from audit_log`, sql`truncate audit_log cascade`, sql`update audit_head set seq = 0`, sql`alter table audit_log disable trigger user`, sql`drop table audit_log`])
    await expect(statement.execute(world.db)).rejects.toMatchObject({ code: '42501' })
  for (const statement of [sql`update audit_log set act = 'x'`, sql`delete from audit_log`, sql`truncate audit_log cascade`]) await expect(statement.execute(world.owner)).rejects.toMatchObject({ code: '42501' })
  expect(await verify()).toEqual([])
})

test('no audit, no change: when the log refuses, the change is not there, and a failed change leaves no row', async () => {
  const made = await world.as('admin').post('/v1/admin/customers', { name: 'Atomic' })
  const head = await auditHead(world.db)
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$`.execute(world.owner)
  await sql`create trigger refuse before insert on audit_log for each row execute function refuse()`.execute(world.owner)
  try {
    for (const answer of [
      await world.as('admin').patch(`/v1/admin/customers/${made.body.id}`, { name: 'Changed' }, { 'if-match': '*' }), await world.as('admin').post('/v1/admin/customers', { name: 'Second' }),
      await world.as('admin').post(`/v1/admin/customers/${made.body.id}/actions/suspension`, { input: { reason: 'x' } }), await world.as('admin').delete(`/v1/admin/customers/${made.body.id}`),
    ]) expect([answer.status, answer.body.code]).toEqual([500, 'internal'])
  } finally { await sql`drop trigger refuse on audit_log`.execute(world.owner) }
  const { rows } = await sql<any>`select name, access, version, deleted_at from customers`.execute(world.db)
  expect(rows).toEqual([{ name: 'Atomic', access: 'open', version: 1, deleted_at: null }])
  expect((await world.as('admin').patch(`/v1/admin/customers/${made.body.id}`, { name: 'x'.repeat(300) }, { 'if-match': '*' })).status).toBe(422)
  expect((await auditHead(world.db)).seq).toBe(head.seq)
})
