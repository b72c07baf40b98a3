import { sql } from 'kysely'
import type { Services } from '../engine/context.ts'
import { newId } from '../engine/ids.ts'
import { readEvent } from './read-event.ts'
import type { StripeEvent } from './stripe.ts'

/** Keeps an event and its place in the queue; says what became of it. A duplicate changes nothing. */
export async function storeEvent(services: Pick<Services, 'db'>, event: StripeEvent, body: string, livemode: boolean): Promise<'accepted' | 'duplicate' | 'ignored' | 'kept'> {
  const read = readEvent(event)
  const state = !read.used ? 'ignored' : Boolean(event.livemode) !== livemode ? 'kept' : 'pending'
  const { rows } = await sql<{ event_id: string }>`
    with kept as (
      insert into stripe_events (id, stripe_account_id, stripe_id, type, api_version, livemode, object_type, object_id, stripe_customer_id, created_at, payload)
      values (${newId()}, ${read.account}, ${event.id}, ${event.type}, ${event.api_version}, ${Boolean(event.livemode)}, ${read.objectType}, ${read.objectId}, ${read.customer},
        to_timestamp(${event.created}::bigint), ${body}::json)
      on conflict do nothing returning id
    )
    insert into stripe_inbox (event_id, state) select id, ${state} from kept returning event_id`.execute(services.db)
  return !rows.length ? 'duplicate' : state === 'pending' ? 'accepted' : state
}
