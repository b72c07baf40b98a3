import { sql } from 'kysely'
import type { Config } from '../engine/config.ts'
import type { Database } from '../engine/database.ts'
import { monthOf, startOfDay } from './book-time.ts'
import { defaultPolicy } from './policy.ts'
import { parseRate, type Rate } from './rates.ts'
import type { Book } from './timeline.ts'

/** The book as the ledger is written: its currency, zone, default policy and the stored rates of exchange. */
export async function loadBook(db: Database, settings: Config['book']): Promise<Book> {
  const { rows } = await sql<{ id: string; date: string; from_currency: string; rate: string }>`
    select id, date::text, from_currency, rate::text from fx_rates where to_currency = ${settings.currency} order by date`.execute(db)
  const rates = new Map<string, Rate[]>()
  for (const r of rows) rates.set(r.from_currency, [...rates.get(r.from_currency) ?? [], parseRate(r.from_currency, startOfDay(r.date, settings.timeZone), r.rate, r.id)])
  return { currency: settings.currency, policy: defaultPolicy, rates, periodOf: at => monthOf(at, settings.timeZone) }
}
