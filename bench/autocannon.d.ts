declare module 'autocannon' {
  interface Result { requests: { average: number; total: number }; latency: { p99: number; p97_5: number; p50: number }; non2xx: number; errors: number }
  export default function autocannon(options: Record<string, unknown>): Promise<Result>
}
