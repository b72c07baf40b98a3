import { sql } from 'kysely'
import { createDatabase, createPool } from '../../api/engine/database.ts'
import { createLog } from '../../api/engine/log.ts'
import { createQueue } from '../../api/engine/queue.ts'
import { defineJob } from '../../resources/engine/define-job.ts'
import { onSignal } from '../../bin/run.ts'

/** A worker of its own process, for tests that end it: takes a job that never ends by itself, and notes that it has begun. */
export const lingering = defineJob({ name: 'test.lingering', label: 'Lingers', notify: true })

if (process.argv[2]) {
  const pool = createPool(process.argv[2], { max: 2 })
  const queue = await createQueue(process.argv[2], [lingering], createLog('silent'))
  await queue.work(lingering, async ([job], signal) => {
    await sql`insert into effects (job, worker) values (${job!.id}, ${process.pid})`.execute(createDatabase(pool))
    await new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('told to stop')) }) })
  })
  onSignal(async () => { await queue.stop(); await pool.end() })
  console.log('The lingering worker is ready.')
}
