import { RevenueError } from '../revenue-error.ts'
import { replayDelivery } from './delivery.ts'
import { replayForecast } from './forecast.ts'
import { replayCohort, replayFormula, replayFormulaPair, replayIdentity } from './formula.ts'
import { replayPoint } from './point.ts'
import { isRaw, raw, text, type Raw } from './read-case.ts'
import { replayTimezone } from './timezone.ts'
import { replayNetView, replayRestatement, replayTimeline, replayTimelineByPlan } from './timeline.ts'

const kinds: Record<string, (input: Raw, policy: unknown) => Raw> = {
  point: replayPoint, error: replayPoint, timeline: replayTimeline, timeline_by_plan: replayTimelineByPlan,
  net_view: replayNetView, restatement: replayRestatement, delivery: replayDelivery,
  formula: replayFormula, formula_pair: replayFormulaPair, cohort: replayCohort, identity_check: replayIdentity, forecast: replayForecast, timezone: replayTimezone,
}

/** Computes one worked case. What must not be computed is answered by `{ error: sentence }`; nothing is thrown. */
export function replayCase(given: unknown): { id: unknown; result: Raw } {
  const id = isRaw(given) ? given.id ?? null : null
  try {
    const c = raw(given, 'The case')
    const kind = text(c.kind, 'kind')
    if (!Object.hasOwn(kinds, kind)) throw new RevenueError(`The kind ${kind} is unknown.`)
    return { id, result: kinds[kind]!(raw(c.input, 'input'), c.policy) }
  } catch (error) {
    return { id, result: { error: error instanceof RevenueError ? error.message : 'The input is malformed: it does not have the shape of its kind.' } }
  }
}
