import type { Subscription } from '../company/wire.ts'
import type { World } from './world.ts'

/** Ends subscriptions to which notice was given through the API, when their period is over. */
export function endWhatIsOver(world: World): void {
  const now = world.now()
  for (const subscription of world.leftStory()) {
    const { cancel_at, status } = subscription
    if (status === 'canceled' || cancel_at === null || cancel_at > now) continue
    const ended: Subscription = { ...subscription, status: 'canceled', ended_at: cancel_at }
    world.change([ended], [{ type: 'customer.subscription.deleted', object: ended }])
  }
}
