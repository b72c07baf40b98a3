import { sql } from 'kysely'
import { toSql } from '../engine/access.ts'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { countOf, matching } from '../engine/rest/list.ts'
import { visibleRows } from '../engine/where.ts'

/** Customers added on each of the last 30 days of the book, today included, and how many there are now. */
export interface CustomerGrowth { from: string; days: { day: string; added: number }[]; added: number; total: number }

/** How many customers came in the last 30 days, day by day? Of those the person may see. */
export async function customerGrowth(ctx: Ctx): Promise<CustomerGrowth> {
  const customers = ctx.registry.named('customers')!
  const visible = visibleRows(customers, ctx.access)
  if (visible === false || ctx.access.field(customers, 'read', 'createdAt') !== true) throw new Problem('forbidden', 'Your role does not see when customers came.')
  const zone = ctx.config.book.timeZone
  const [{ rows }, total] = await Promise.all([
    sql<{ day: string; added: number }>`with days as (select generate_series((${ctx.now}::timestamptz at time zone ${zone})::date - 29, (${ctx.now}::timestamptz at time zone ${zone})::date, interval '1 day')::date as day)
      select d.day, coalesce(n.added, 0) as added from days d left join (
        select (t.created_at at time zone ${zone})::date as day, count(*) as added from customers as t
        where ${toSql(visible, 't')} and t.created_at >= ((${ctx.now}::timestamptz at time zone ${zone})::date - 29)::timestamp at time zone ${zone} and t.created_at <= ${ctx.now} group by 1
      ) n on n.day = d.day order by d.day`.execute(ctx.db),
    countOf(ctx, customers, matching(ctx, customers, { where: [], q: undefined, ids: undefined })),
  ])
  return { from: rows[0]!.day, days: rows, added: rows.reduce((sum, row) => sum + row.added, 0), total: total.value }
}
