import { defineJob } from '../engine/define-job.ts'

/** Movements that no event brings: ends of discounts and item trials, rates that come into force. */
export const writeDueMovements = defineJob({ name: 'revenue.write-due-movements', label: 'Write movements that time brings', schedule: '* * * * *', singleton: true, retryLimit: 3 })

/** Computes the ledger anew from all versions and writes the difference, after rates or links were changed. */
export const rebuildLedger = defineJob({ name: 'revenue.rebuild-ledger', label: 'Rebuild the revenue ledger', notify: true, singleton: true, retryLimit: 3, expireInSeconds: 3600 })

/** Every night: do ledger, snapshots and customers agree? */
export const checkLedger = defineJob({ name: 'revenue.check-ledger', label: 'Check the revenue ledger', schedule: '40 3 * * *', singleton: true, retryLimit: 1 })
