import { schemaState } from '../api/engine/migrate.ts'
import type { Database } from '../api/engine/database.ts'

/** Waits until the database is reachable and migrated to this program's schema; says each reason once. Refuses a database from the future. */
export async function waitForSchema(db: Database): Promise<void> {
  let said = ''
  const say = (text: string) => { if (text !== said) console.log(said = text) }
  for (;;) {
    try {
      const state = await schemaState(db)
      if (state.newer.length) throw new Error(`The database was migrated by a newer version (${state.newer.at(-1)}). Start that version.`)
      if (state.ready) return
      say(`Waiting for migrations: ${state.missing.length} steps. Run "npm run migrate".`)
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      if (message.startsWith('The database was migrated by a newer')) throw error
      say(code === '42P01' ? 'Waiting for the first migration. Run "npm run migrate".' : `Waiting for the database: ${message || code}`)
    }
    await new Promise(r => setTimeout(r, 1000))
  }
}
