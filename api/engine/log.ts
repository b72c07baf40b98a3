import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/** One JSON object per line, values escaped; secrets never. To standard output unless told otherwise. */
export const createLog = (level: string, to?: DestinationStream): Log => pino({
  level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: ['password', 'token', 'secret', 'code', '*.password', '*.token', '*.secret', '*.code', 'headers.authorization', 'headers.cookie'], censor: '[redacted]' },
}, to ?? pino.destination(1))
