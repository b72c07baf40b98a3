import { serve as listenOn } from '@hono/node-server'
import type { Server } from 'node:http'
import type { Hono } from 'hono'
import type { Env } from './http/env.ts'

export interface Listening { port: number; close(): Promise<void> }

/** Serves an app; bounded headers and times, so that a slow sender holds nothing up. `close` lets requests in flight finish. */
export function listen(app: Pick<Hono<Env>, 'fetch'>, options: { host: string; port: number; requestTimeout?: number }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = listenOn({
      fetch: app.fetch, hostname: options.host, port: options.port,
      serverOptions: { maxHeaderSize: 32_768, headersTimeout: 15_000, requestTimeout: options.requestTimeout ?? 60_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 10_000 },
    }, info => resolve({
      port: info.port,
      close: () => new Promise(done => {
        const http = server as Server
        http.close(() => done())
        http.closeIdleConnections()
        setTimeout(() => http.closeAllConnections(), 20_000).unref()
      }),
    })) as Server
    server.on('error', reject)
  })
}
