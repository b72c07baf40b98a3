import { subject } from '@casl/ability'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineResource } from '../../resources/engine/define-resource.ts'
import { f } from '../../resources/engine/fields.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { Access, and, toSql } from './access.ts'
import { newId } from './ids.ts'

const things = defineResource({
  name: 'things', label: ['Thing', 'Things'], title: 'word', table: 'things',
  fields: {
    word: f.text({ label: 'Word', nullable: true }), size: f.int({ label: 'Size', nullable: true }), flag: f.boolean({ label: 'Flag', nullable: true }),
    parentId: f.relation({ label: 'Parent', resource: 'things', nullable: true }),
  },
  list: { columns: ['word'], sort: 'id' },
})
const fields = Object.keys(things.fields)
interface Row { id: string; word: string | null; size: number | null; flag: boolean | null; parentId: string | null; parent?: Row }

let world: World
let rows: Row[]
beforeAll(async () => {
  world = await createWorld()
  await sql`create table things (id uuid primary key, word text collate "C", size int, flag boolean, parent_id uuid references things)`.execute(world.owner)
  await sql`grant all on things to public`.execute(world.owner)
  const words = [null, '', 'ant', 'bee', 'Bee', 'cat'], sizes = [null, -1, 0, 1, 5], flags = [null, true, false]
  rows = words.flatMap(word => sizes.flatMap(size => flags.map(flag => ({ id: newId(), word, size, flag, parentId: null }))))
  rows = rows.map((row, i) => i % 3 ? { ...row, parentId: rows[(i * 7) % rows.length]!.id } : row)
  for (const pass of [rows.map(r => ({ ...r, parentId: null })), rows]) await sql`insert into things select * from jsonb_to_recordset(${JSON.stringify(pass.map(r => ({ ...r, parent_id: r.parentId })))}::jsonb)
    as t(id uuid, word text, size int, flag boolean, parent_id uuid) on conflict (id) do update set parent_id = excluded.parent_id`.execute(world.db)
  const byId = new Map(rows.map(r => [r.id, r]))
  rows = rows.map(r => r.parentId ? { ...r, parent: byId.get(r.parentId)! } : r)
})
afterAll(() => world.close())

const word = fc.constantFrom('', 'ant', 'bee', 'Bee', 'cat', 'dog'), size = fc.integer({ min: -2, max: 6 }), flag = fc.boolean()
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 })
const test = <T>(value: fc.Arbitrary<T>, ordered: boolean) => fc.oneof(
  orNull(value), fc.record({ $eq: orNull(value) }), fc.record({ $ne: orNull(value) }), fc.record({ $in: fc.array(orNull(value), { maxLength: 4 }) }), fc.record({ $nin: fc.array(orNull(value), { maxLength: 4 }) }),
  ...(ordered ? [fc.record({ $lt: value }), fc.record({ $lte: value }), fc.record({ $gt: value }), fc.record({ $gte: value }), fc.record({ $gt: value, $lte: value })] : []),
)
const conditions = fc.record({ word: test(word, true), size: test(size, true), flag: test(flag, false), 'parent.word': fc.constantFrom('ant', 'bee'), 'parent.size': size }, { requiredKeys: [] })
const rule = fc.record({
  action: fc.constant('read'), subject: fc.constant('things'), inverted: fc.option(fc.constant(true), { nil: undefined, freq: 1 }),
  fields: fc.option(fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 1 }),
  conditions: fc.option(conditions, { nil: undefined, freq: 3 }),
}).map(({ inverted, fields: names, conditions: c, ...r }) => ({ ...r, ...(inverted ? { inverted } : {}), ...(names ? { fields: names } : {}), ...(c && Object.keys(c).length ? { conditions: c } : {}) }))

describe('permission as SQL', () => {
  it('answers as CASL does, per row and field, with missing values and fields that depend on the row (2,000 sets of rules)', async () => {
    let compared = 0, allowed = 0
    await fc.assert(fc.asyncProperty(fc.array(rule, { minLength: 1, maxLength: 5 }), async generated => {
      // records of the generator have no prototype, which the rules' own parser takes for values
      const rules = JSON.parse(JSON.stringify(generated)) as typeof generated
      const access = new Access({ id: newId(), role: 'test', rowScope: null }, { label: 'Test', grants: {}, pages: [] }, [things], rules as any)
      const ofRow = access.rows(things, 'read')
      const { rows: answers } = await sql<Record<string, any>>`select t.id, coalesce(${toSql(ofRow, 't')}, false) as row,
        ${sql.join(fields.map(name => sql`coalesce(${toSql(and(ofRow, access.field(things, 'read', name)), 't')}, false) as ${sql.ref(name)}`))} from things t`.execute(world.db)
      const byId = new Map(answers.map(a => [a.id, a]))
      for (const row of rows) {
        const answer = byId.get(row.id)!
        if (answer.row !== access.ability.can('read', subject('things', { ...row }) as any)) throw new Error(`row ${JSON.stringify(row)}: SQL says ${answer.row}`)
        for (const name of fields) {
          const expected = access.ability.can('read', subject('things', { ...row }) as any, name)
          if (answer[name] !== expected) throw new Error(`field ${name} of ${JSON.stringify(row)}: SQL says ${answer[name]}`)
          compared++
          if (expected) allowed++
        }
      }
    }), { numRuns: 2_000 })
    expect(compared).toBe(2_000 * rows.length * fields.length)
    expect(allowed / compared).toBeGreaterThan(0.1)
    expect(allowed / compared).toBeLessThan(0.9)
  })

  it('lets a field follow its row, so that a person with a row scope can sort and filter', () => {
    const person = { id: newId(), role: 'test', rowScope: 'own' as const }
    const scoped = { ...things, scope: { own: 'parentId' } }
    const access = new Access(person, { label: 'Test', grants: { things: { read: ['word', 'size'] } }, pages: [] }, [scoped])
    expect(typeof access.rows(scoped, 'read')).toBe('function')
    expect(access.field(scoped, 'read', 'word')).toBe(true)
    expect(access.field(scoped, 'read', 'flag')).toBe(false)
  })

  it('reads also what one of the further equalities says, the own role among them, and nothing else (every row, 500 grants)', async () => {
    const words = ['', 'ant', 'bee', 'Bee', 'cat', 'dog'], value = fc.constantFrom('$role', ...words)
    await fc.assert(fc.asyncProperty(fc.constantFrom(...words), fc.array(value, { maxLength: 3 }), fc.boolean(), async (role, also, own) => {
      const access = new Access({ id: rows[1]!.parentId!, role, rowScope: null }, { label: 'Test', grants: { things: { read: true, ...(own || !also.length ? { readOwn: 'parentId' } : { readOwn: 'id' }), readAlso: also.map(w => ({ word: w })) } }, pages: [] }, [things])
      const allowed = access.rows(things, 'read')
      const { rows: answers } = await sql<{ id: string }>`select t.id from things t where ${toSql(allowed, 't')}`.execute(world.db)
      const expected = rows.filter(r => (own || !also.length ? r.parentId : r.id) === rows[1]!.parentId || also.some(w => r.word === (w === '$role' ? role : w))).map(r => r.id)
      if (answers.map(a => a.id).toSorted().join() !== expected.toSorted().join()) throw new Error(`${role} ${also.join()} ${own}: ${answers.length} instead of ${expected.length}`)
      // with the same fields on each, a field follows its row
      if (access.field(things, 'read', 'size') !== true) throw new Error('the field does not follow its row')
    }), { numRuns: 500 })
  })

  it('shows a value that names fields only where every one of them may be read', async () => {
    await sql`create table lists (id uuid primary key, of text, said jsonb, used text[])`.execute(world.owner)
    await sql`grant all on lists to public`.execute(world.owner)
    const names = ['id', ...fields, 'parent.word', 'parent.size', 'gone', 'parent.flag']
    const paths = { ...things, fields: { ...things.fields, parentId: f.relation({ label: 'Parent', resource: 'things', nullable: true, paths: ['word', 'size'] }) } }
    const lists = defineResource({ name: 'lists', label: ['List', 'Lists'], title: 'of', table: 'lists', names: { of: 'of', columns: [{ fields: ['said'], column: 'used' }] }, fields: { of: f.text({ label: 'Of' }), said: f.json({ label: 'Said' }) }, list: { columns: ['of'], sort: 'id' } })
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1 }), fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }), fc.constantFrom('things', 'lists', 'gone'), fc.boolean(), async (readable, used, target, may) => {
      const access = new Access({ id: newId(), role: 'test', rowScope: null }, { label: 'Test', grants: { lists: { read: true }, ...(may ? { things: { read: readable } } : {}) }, pages: [] }, [paths, lists])
      const open = (name: string): boolean => name === 'id' || (name.includes('.') ? ['parent.word', 'parent.size'].includes(name) && readable.includes('parentId') && readable.includes(name.slice(7)) : readable.includes(name))
      const expected = target === 'things' ? may && used.every(open) : target === 'lists' && used.every(name => name === 'id')
      await sql`delete from lists`.execute(world.db)
      await sql`insert into lists values (${newId()}, ${target}, '{}', ${used}::text[])`.execute(world.db)
      const { rows: [answer] } = await sql<{ shown: boolean }>`select coalesce(${toSql(access.field(lists, 'read', 'said'), 't')}, false) as shown from lists t`.execute(world.db)
      if (answer!.shown !== expected) throw new Error(`${target} ${used.join()} with ${readable.join()}: ${answer!.shown}`)
      if (access.field(lists, 'read', 'of') !== true) throw new Error('other fields are not touched')
    }), { numRuns: 500 })
  })

  it('refuses to guess at an operator it has no translation for', () => {
    const access = new Access({ id: newId(), role: 'test', rowScope: null }, { label: 'Test', grants: {}, pages: [] }, [things], [{ action: 'read', subject: 'things', conditions: { word: { $regex: '^a' } } }])
    expect(() => toSql(access.rows(things, 'read'), 't').compile(world.db)).toThrow(/no translation/)
  })
})
