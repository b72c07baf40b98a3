import { uuidv7 } from 'uuidv7'

/** A new id: UUIDv7, time-ordered, made by the application so that inserts need no round trip. */
export const newId = (): string => uuidv7()

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isId = (value: unknown): value is string => typeof value === 'string' && pattern.test(value)
