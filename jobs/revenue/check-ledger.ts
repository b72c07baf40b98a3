import { checkLedger } from '../../api/revenue/check-ledger.ts'
import type { JobHandler } from '../worker.ts'

/** The job `revenue.check-ledger`: says in the log what the books disagree about. */
export const checkLedgerHandler: JobHandler = async services => {
  const found = await checkLedger(services.db)
  for (const sentence of found) services.log.error({ check: 'revenue ledger' }, sentence)
}
