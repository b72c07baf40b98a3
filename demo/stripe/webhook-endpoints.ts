import { API_VERSION, type ApiObject, type WebhookEndpoint } from '../company/wire.ts'
import { allow, hashOf, listOf, textOf, type Params } from './params.ts'
import { missing, StripeProblem, wrong } from './problem.ts'
import type { World } from './world.ts'

/** An endpoint for events from now on. Its secret is in this one answer and nowhere else. */
export function createWebhookEndpoint(world: World, params: Params): WebhookEndpoint {
  allow(params, ['url', 'enabled_events', 'api_version', 'description', 'metadata', 'connect', 'expand'])
  const url = textOf(params, 'url')
  if (!url || !URL.canParse(url)) throw wrong('url', 'Invalid URL: An explicit scheme (such as https) must be provided.')
  const version = textOf(params, 'api_version') ?? API_VERSION
  if (version !== API_VERSION) throw wrong('api_version', `Invalid API version: ${version}`)
  const types = listOf(params, 'enabled_events').map(String)
  if (types.length === 0) throw new StripeProblem(400, 'Missing required param: enabled_events.', { code: 'parameter_missing', param: 'enabled_events' })
  const endpoint: WebhookEndpoint = {
    id: world.newId('we_1'),
    object: 'webhook_endpoint',
    api_version: version,
    application: null,
    created: world.now(),
    description: textOf(params, 'description') ?? null,
    enabled_events: types,
    livemode: false,
    metadata: hashOf(params, 'metadata'),
    secret: world.newId('whsec_', 32),
    status: 'enabled',
    url,
  }
  world.change([endpoint], [])
  return endpoint
}

export function deleteWebhookEndpoint(world: World, id: string): object {
  if (!world.get('webhook_endpoint', id)) throw missing('webhook_endpoint', id)
  world.change([], [], [id])
  return { id, object: 'webhook_endpoint', deleted: true }
}

/** What the API shows of an object that keeps a secret. */
export function withoutSecret(object: ApiObject): ApiObject {
  if (object.object !== 'webhook_endpoint') return object
  const { secret: _, ...rest } = object
  return rest
}
