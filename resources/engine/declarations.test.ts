import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDatabase } from '../../api/engine/check-database.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { checkDeclarations } from './check.ts'
import { resources } from '../index.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

describe('the declarations', () => {
  it('fit each other, the roles and the verbs', () => {
    expect(checkDeclarations(resources, world.services.registry)).toEqual([])
  })
  it('fit the database, an index for each sort included', async () => {
    expect(await checkDatabase(world.db, resources, world.services.registry)).toEqual([])
  })
})
