import { sql } from 'kysely'
import type { Domain } from '../engine/registry.ts'
import { makeWriteKey } from './write-key.ts'

export const usage: Domain = {
  resources: {
    'write-keys': {
      columns: ({ before, actorId }) => before ? {} : { created_by: actorId },
      afterWrite: async (_ctx, trx, { id, verb }) => {
        if (verb !== 'create') return
        const { key, prefix, hash } = makeWriteKey()
        await sql`update write_keys set prefix = ${prefix}, key_hash = ${hash} where id = ${id}`.execute(trx)
        return { key }
      },
    },
  },
}
