import type { Domain } from '../engine/registry.ts'
import { tellPromoCodes } from '../../resources/marketing/jobs.ts'
import { generatePromoCodes } from './generate-promo-codes.ts'
import { turnOff, turnOn } from './turn-promo-codes.ts'

export const marketing: Domain = {
  resources: {
    'promo-codes': {
      columns: ({ before, actorId }) => (before ? {} : { created_by: actorId }),
      // what is left to tell is a condition on the row, so waking the job is all there is to do
      afterWrite: async (ctx, trx, { verb }) => { if (verb !== 'update') await ctx.queue?.enqueue(trx, tellPromoCodes) },
      actions: { generation: generatePromoCodes, deactivation: turnOff, reactivation: turnOn },
    },
  },
}
