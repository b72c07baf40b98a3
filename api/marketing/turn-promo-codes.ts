import { sql } from 'kysely'
import { tellPromoCodes } from '../../resources/marketing/jobs.ts'
import type { ActionVerb } from '../engine/registry.ts'

/** Turns promo codes on or off here at once; a job tells Stripe. The engine has locked them and checked that they are the other way. */
const turn = (active: boolean): ActionVerb => async (ctx, trx, { ids }) => {
  const { rows } = await sql<{ id: string }>`update promo_codes set active = ${active}, version = version + 1, updated_at = now() where id = any(${ids}::uuid[]) returning id`.execute(trx)
  await ctx.queue?.enqueue(trx, tellPromoCodes)
  return rows.map(r => ({ id: r.id, outcome: 'done', inverse: {}, changes: { active: { before: !active, after: active } } }))
}

export const turnOn = turn(true)
export const turnOff = turn(false)
