import type { Database } from '../api/engine/database.ts'
import type { Row, Target } from './measure.ts'

export interface RevenueBench {
  product: (path: string, more?: Partial<Target>) => Target
  bare: (path: string, more?: Partial<Target>) => Target
  postmaster: number; publicUrl: string; barePort: number; webhookSecret: string; env: Record<string, string>; owner: Database; productPid: number
}

/** Webhook receipt, events applied per second, a large backlog, and the 24-month trend. */
export async function revenueRows(_bench: RevenueBench): Promise<Row[]> { return [] }
