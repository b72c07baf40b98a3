import type { Told } from '../../api/billing/apply-objects.ts'
import { markApplied, markFailed, markKept, putOff, takeWaiting, type Waiting } from '../../api/billing/inbox.ts'
import { apiVersion, createStripeReader } from '../../api/billing/stripe.ts'
import { databaseProblem } from '../../api/engine/errors.ts'
import type { JobHandler } from '../worker.ts'
import { applyTold, fetchOne, FetchFailed, type ApplyDeps } from './apply-told.ts'

const batchSize = 100

/** The job `billing.drain-inbox`: applies what waits, batch by batch, until nothing does or the process stops. */
export const drainInboxHandler: JobHandler = async (services, _payloads, signal) => {
  const deps: ApplyDeps = { db: services.db, book: services.config.book, reader: createStripeReader(services.config.stripe), unknown: new Map() }
  await drain(deps, signal, (error, event) => services.log.warn({ err: error, event: event.stripe_id }, 'a Stripe event could not be applied'))
}

/** Applies everything that waits; returns how many events were applied. */
export async function drain(deps: ApplyDeps, signal?: AbortSignal, report: (error: Error, event: Waiting) => void = () => undefined): Promise<number> {
  let applied = 0
  while (!signal?.aborted) {
    const batch = await takeWaiting(deps.db, batchSize)
    if (!batch.length) break
    applied += await applyBatch(deps, batch, report)
  }
  return applied
}

/** First all at once; where that fails, customer by customer; where that fails, event by event, so that only the faulty one is put aside. */
async function applyBatch(deps: ApplyDeps, batch: readonly Waiting[], report: (error: Error, event: Waiting) => void): Promise<number> {
  const trusted = await tellAll(deps, batch)
  if (await attempt(deps, trusted)) return trusted.length
  let applied = 0
  for (const group of Map.groupBy(trusted, t => t.event.stripe_customer_id ?? t.event.id).values()) {
    if (group.length > 1 && await attempt(deps, group)) { applied += group.length; continue }
    for (const one of group) {
      const error = await attemptOne(deps, one)
      if (error) report(error, one.event)
      else applied++
    }
  }
  return applied
}

interface Trusted { event: Waiting; told: Told[] }

/** Turns events into what they tell. An event of another API version is not read: its object is fetched in its place, once for all of a batch. */
async function tellAll(deps: ApplyDeps, batch: readonly Waiting[]): Promise<Trusted[]> {
  const foreign = batch.filter(e => e.api_version !== apiVersion)
  const lastOf = new Map(foreign.map(e => [e.payload.data.object.id as string, e]))
  const out: Trusted[] = []
  for (const event of batch) {
    const { object, previous_attributes: previous } = event.payload.data
    const base = { account: event.stripe_account_id, livemode: event.livemode, at: event.payload.created, event: { id: event.id, stripeId: event.stripe_id, type: event.type } }
    if (event.api_version === apiVersion) { out.push({ event, told: [{ ...base, source: 'webhook', object: object as Told['object'], previous }] }); continue }
    if (lastOf.get(object.id as string) !== event) { out.push({ event, told: [] }); continue }
    try {
      const fetched = deps.reader ? await fetchOne(deps, String(object.object), String(object.id)) : null
      if (fetched) out.push({ event, told: [{ ...base, source: 'refetch', object: fetched }] })
      else await markKept(deps.db, event.id, `The event speaks API version ${event.api_version ?? 'unknown'} instead of ${apiVersion}, and its object could not be fetched. It is not counted.`)
    } catch (error) {
      if (!(error instanceof FetchFailed)) throw error
      await putOff(deps.db, [event.id], error.message)
    }
  }
  return out
}

/** Another worker applied one of them meanwhile. */
class AlreadyApplied extends Error {}

const settleFor = (group: readonly Trusted[]) => async (db: ApplyDeps['db']) => {
  if (!await markApplied(db, group.map(t => t.event.id))) throw new AlreadyApplied('Applied by another worker.')
}

/** True when the group was applied. False: try smaller. */
async function attempt(deps: ApplyDeps, group: readonly Trusted[]): Promise<boolean> {
  if (!group.length) return true
  try {
    await applyTold(deps, group.flatMap(t => t.told), () => new Date(), settleFor(group))
    return true
  } catch (error) {
    if (databaseProblem(error)?.code === 'unavailable') throw error
    return false
  }
}

async function attemptOne(deps: ApplyDeps, one: Trusted): Promise<Error | null> {
  try {
    await applyTold(deps, one.told, () => new Date(), settleFor([one]))
    return null
  } catch (error) {
    if (databaseProblem(error)?.code === 'unavailable') throw error
    if (error instanceof AlreadyApplied) return null
    if (error instanceof FetchFailed) await putOff(deps.db, [one.event.id], error.message)
    else await markFailed(deps.db, one.event.id, (error as Error).message)
    return error as Error
  }
}
