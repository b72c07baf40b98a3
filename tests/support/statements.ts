import type { World } from './world.ts'

export interface Statement { text: string; values: unknown[] }

/** Everything that is sent to the database while `act` runs, transaction words included. */
export async function statementsOf<T>(world: World, act: () => Promise<T>): Promise<{ result: T; statements: Statement[] }> {
  const client = await world.services.pool.connect()
  const prototype = Object.getPrototypeOf(client) as { query: (...args: any[]) => unknown }
  client.release()
  const { query } = prototype
  const statements: Statement[] = []
  prototype.query = function (this: unknown, ...args: any[]) {
    const text: unknown = typeof args[0] === 'string' ? args[0] : args[0]?.text
    const values: unknown = typeof args[0] === 'string' ? args[1] : args[0]?.values ?? args[1]
    if (typeof text === 'string') statements.push({ text, values: Array.isArray(values) ? values : [] })
    return query.apply(this, args)
  }
  try { return { result: await act(), statements } } finally { prototype.query = query }
}
