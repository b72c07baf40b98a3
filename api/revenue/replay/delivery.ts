import { RevenueError } from '../revenue-error.ts'
import { integer, list, raw, text, type Raw } from './read-case.ts'

/**
 * Kind `delivery`: each event once, by `created`, whatever the order of arrival. Where events of one second disagree about a subscription,
 * the refetched state decides; without it that is an error.
 */
export function replayDelivery(input: Raw): Raw {
  const events = new Map<string, { created: number; state: Raw }>()
  for (const [i, d] of list(input.deliveries, 'input.deliveries').entries()) {
    const id = text(d.id, `deliveries[${i}].id`)
    if (!events.has(id)) events.set(id, { created: integer(d.created, `deliveries[${i}].created`), state: raw(d.state_after, `deliveries[${i}].state_after`) })
  }
  const fetched = input.refetched_state === undefined ? null : raw(input.refetched_state, 'input.refetched_state')
  const mrr = new Map<string, number>()
  let moved = 0
  const seconds = [...Map.groupBy(events.values(), e => e.created)].sort(([a], [b]) => a - b)
  for (const [second, group] of seconds) {
    for (const subscription of new Set(group.flatMap(e => Object.keys(e.state)))) {
      const values = new Set(group.filter(e => subscription in e.state).map(e => integer(e.state[subscription], `state_after of ${subscription}`)))
      let value = [...values][0]!
      if (values.size > 1) {
        if (!fetched || !(subscription in fetched)) throw new RevenueError(`Events of the second ${second} disagree about subscription ${subscription}, and no refetched state decides.`)
        value = integer(fetched[subscription], `refetched_state of ${subscription}`)
      }
      moved += value - (mrr.get(subscription) ?? 0)
      mrr.set(subscription, value)
    }
  }
  return { final_mrr: [...mrr.values()].reduce((a, b) => a + b, 0), movements_total: moved, events_applied: events.size }
}
