import { sql } from 'kysely'
import { toSql } from '../engine/access.ts'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { countOf, matching } from '../engine/rest/list.ts'
import { visibleRows } from '../engine/where.ts'

/** Users seen in the product within the last day, seven and thirty days, and all there are. */
export interface ActiveUsers { day: number; week: number; month: number; total: number }

/** How many users use the product? Of those the person may see. */
export async function activeUsers(ctx: Ctx): Promise<ActiveUsers> {
  const users = ctx.registry.named('users')!
  const visible = visibleRows(users, ctx.access)
  if (visible === false || ctx.access.field(users, 'read', 'lastSeenAt') !== true) throw new Problem('forbidden', 'Your role does not see when users were last seen.')
  const since = (days: number) => new Date(ctx.now.getTime() - days * 86_400_000)
  const [{ rows: [row] }, total] = await Promise.all([
    sql<Omit<ActiveUsers, 'total'>>`select count(*) filter (where t.last_seen_at >= ${since(1)}) as day, count(*) filter (where t.last_seen_at >= ${since(7)}) as week, count(*) as month
      from users as t where ${toSql(visible, 't')} and t.last_seen_at >= ${since(30)}`.execute(ctx.db),
    countOf(ctx, users, matching(ctx, users, { where: [], q: undefined, ids: undefined })),
  ])
  return { ...row!, total: total.value }
}
