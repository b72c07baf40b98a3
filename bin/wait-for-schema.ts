import { NewerSchema, schemaState } from '../api/engine/migrate.ts'
import type { Database } from '../api/engine/database.ts'

/** Waits until the database is reachable and migrated to this program's schema; says each reason once. Refuses a database from the future. */
export async function waitForSchema(db: Database, tell: (reason: string) => void = () => {}): Promise<void> {
  let said = ''
  const say = (reason: string, text: string) => {
    tell(reason)
    if (text !== said) console.log(said = text)
  }
  for (;;) {
    try {
      const state = await schemaState(db)
      if (state.newer.length) throw new NewerSchema(state.newer)
      if (state.ready) return
      say('waiting for migrations', state.missing.length ? `Waiting for migrations: ${state.missing.length} steps. Run "npm run migrate".` : 'Waiting for the rights that "npm run migrate" gives at its end.')
    } catch (error) {
      if (error instanceof NewerSchema) throw error
      const { code, message } = error as { code?: string; message: string }
      say('The database is away.', `Waiting for the database: ${message || code}`)
    }
    await new Promise(r => setTimeout(r, 1000))
  }
}
