import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/** What an error says, not what it drags along (a database client and its settings). */
const plain = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { code, errno } = error as { code?: string; errno?: number }
  return { type: error.name, message: error.message, errorCode: code ?? errno, stack: error.stack }
}

/** One JSON object per line, values escaped; secrets never. To standard output unless told otherwise. */
export const createLog = (level: string, to?: DestinationStream): Log => pino({
  level, base: undefined, serializers: { err: plain }, timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ['password', 'token', 'secret', 'code', '*.password', '*.token', '*.secret', '*.code', 'headers.authorization', 'headers.cookie'], censor: '[redacted]' },
}, to ?? pino.destination(1))
