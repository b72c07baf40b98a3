import { sql } from 'kysely'
import { randomInt } from 'node:crypto'
import { checkPromoTerms, promoTerms } from '../../resources/marketing/promo-terms.ts'
import { tellPromoCodes } from '../../resources/marketing/jobs.ts'
import { Problem } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import type { ActionVerb } from '../engine/registry.ts'

/** Without letters and digits that are taken for one another when read out: no 0 O 1 I L. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
/** 31^10 codes: nobody finds a valid one by trying. */
const length = 10

/** A code nobody can guess: the prefix and ten random letters and digits. */
export const randomCode = (prefix: string): string => `${prefix}${Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')}`

/** Makes up to 1,000 codes of the same terms in one statement. 422 for terms that do not fit each other. */
export const generatePromoCodes: ActionVerb = async (ctx, trx, { input }) => {
  const wrong = checkPromoTerms(input)
  if (wrong) throw new Problem('unprocessable', Object.values(wrong)[0]!, { errors: Object.fromEntries(Object.entries(wrong).map(([k, v]) => [k, [v]])) })
  const terms = Object.fromEntries(Object.keys(promoTerms).map(name => [name, input[name] ?? null]))
  const codes = new Set<string>()
  while (codes.size < Number(input.count)) codes.add(randomCode(String(input.prefix ?? '').toUpperCase()))
  const made = [...codes].map(code => ({ id: newId(), code }))
  await sql`insert into promo_codes (id, code, discount, percent_off, amount_off, duration, months, max_redemptions, expires_at, campaign, created_by)
    select m.id, m.code, ${terms.discount}, ${terms.percentOff}::int, ${terms.amountOff}::bigint, ${terms.duration}, ${terms.months}::int, ${terms.maxRedemptions}::int, ${terms.expiresAt}::timestamptz, ${input.campaign ?? null}, ${ctx.actor.id}
    from jsonb_to_recordset(${JSON.stringify(made)}::jsonb) as m(id uuid, code text)`.execute(trx)
  await ctx.queue?.enqueue(trx, tellPromoCodes)
  return made.map(({ id, code }) => ({ id, outcome: 'done', inverse: {}, changes: { code: { before: null, after: code }, ...(input.campaign ? { campaign: { before: null, after: input.campaign } } : {}) } }))
}
