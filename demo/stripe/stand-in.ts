import type { AddressInfo } from 'node:net'
import { serve, type ServerType } from '@hono/node-server'
import { stripeApp, type Faults } from './app.ts'
import { Courier, type CourierOptions } from './courier.ts'
import { endWhatIsOver } from './notices.ts'
import { World } from './world.ts'

export interface StandInOptions {
  seed: number
  /** `YYYY-MM-DD`: the day from which the company's story is told on. */
  firstDay: string
  now: () => Date
  /** Where changes made through the API and the places of deliveries are kept; in memory without one. */
  dataDir?: string
  /** 0, the default, takes a free one. */
  port?: number
}

export interface StandIn {
  url: string
  port: number
  world: World
  /**
   * Delivers every event that is due to a webhook address, signed, and from then on each as it becomes
   * due. Resolves with the number delivered when the backlog has arrived.
   */
  deliverDue(webhookUrl: string, secret: string, options?: CourierOptions): Promise<{ delivered: number }>
  /** The next `count` API calls are answered with that status. */
  failNext(count: number, status?: 429 | 500): void
  /** Lets due things happen at once instead of within a second. */
  tick(): void
  stop(): Promise<void>
}

const TICK = 1000

/** Starts the stand-in for Stripe on 127.0.0.1, with the company of a seed and a first day behind it. */
export async function startStandIn({ seed, firstDay, now, dataDir, port = 0 }: StandInOptions): Promise<StandIn> {
  const world = new World(seed, firstDay, now, dataDir ?? null)
  const faults: Faults = { left: 0, status: 500 }
  const couriers = new Map<string, Courier>()
  const server = await listen(stripeApp(world, faults, () => setImmediate(tick)).fetch, port)
  let stopped = false

  function courierTo(name: string, url: string, secret: string, options: CourierOptions): Courier {
    const present = couriers.get(name)
    if (present) return present
    const courier = new Courier(world, url, secret, now, dataDir ?? null, options)
    couriers.set(name, courier)
    return courier
  }

  /** Endpoints made through the API get what happens after they were made. */
  function followEndpoints(): void {
    const endpoints = world.all('webhook_endpoint')
    for (const endpoint of endpoints) courierTo(endpoint.id, endpoint.url, endpoint.secret!, { types: endpoint.enabled_events, fromNow: true })
    for (const [name, courier] of couriers) {
      if (!name.startsWith('we_') || endpoints.some(({ id }) => id === name)) continue
      couriers.delete(name)
      void courier.stop()
    }
  }

  function tick(): void {
    if (stopped) return
    followEndpoints()
    world.advance()
    endWhatIsOver(world)
    for (const courier of couriers.values()) courier.wake()
  }

  tick()
  const timer = setInterval(tick, TICK)
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    world,
    async deliverDue(webhookUrl, secret, options = {}) {
      world.advance()
      const courier = courierTo(`${webhookUrl} ${secret}`, webhookUrl, secret, options)
      const before = courier.delivered
      await courier.deliver()
      return { delivered: courier.delivered - before }
    },
    failNext(count, status = 500) {
      faults.left = count
      faults.status = status
    },
    tick,
    async stop() {
      stopped = true
      clearInterval(timer)
      await Promise.all([...couriers.values()].map((courier) => courier.stop()))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listen(fetch: (request: Request) => Response | Promise<Response>, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, () => resolve(server))
    server.once('error', reject)
  })
}
