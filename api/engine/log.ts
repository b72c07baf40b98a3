import { pino, type Logger } from 'pino'

export type Log = Logger

/** One JSON object per line, values escaped; secrets never. */
export const createLog = (level: string): Log => pino({
  level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ['password', 'token', 'secret', 'code', '*.password', '*.token', '*.secret', '*.code', 'headers.authorization', 'headers.cookie'], censor: '[redacted]' },
})
