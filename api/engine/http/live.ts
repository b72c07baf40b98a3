import { Hono } from 'hono'
import type { Services } from '../context.ts'
import { Problem } from '../errors.ts'
import { createLive } from '../live.ts'
import type { Env } from './env.ts'

/**
 * GET /live: server-sent events. `ready` once it listens, `changed` with the names of resources whose rows were written, `gap` when something may have been missed. It tells
 * that something changed, never what: the page asks again, by the same rights as always.
 */
export function liveRoutes(services: Services, state: { stopping: boolean }): Hono<Env> {
  const app = new Hono<Env>()
  const live = createLive(services, state)
  app.get('/live', async c => {
    for (const key of new URL(c.req.url).searchParams.keys()) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`)
    const ctx = c.get('ctx')
    const encoder = new TextEncoder()
    let controller: ReadableStreamDefaultController<Uint8Array>
    let leave = () => {}
    const send = (text: string): boolean => { try { controller.enqueue(encoder.encode(text)) } catch { return false } return (controller.desiredSize ?? 0) > -100 }
    const stream = new ReadableStream<Uint8Array>({ start(c) { controller = c }, cancel() { leave() } })
    leave = await live.join({
      sessionId: ctx.session!.id, staffId: ctx.actor.id!, access: ctx.access, send,
      close() { try { controller.close() } catch { /* the reader has gone */ } },
    })
    if (c.req.raw.signal.aborted) leave()
    else c.req.raw.signal.addEventListener('abort', () => { leave() }, { once: true })
    send('retry: 5000\nevent: ready\ndata: []\n\n')
    // proxies neither hold it back nor pack it
    return c.body(stream, 200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' })
  })
  return app
}
