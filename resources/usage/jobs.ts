import { defineJob } from '../engine/define-job.ts'

export const keepIngest = defineJob({ name: 'usage.keep-ingest', label: 'Make room for product events, forget old message ids', schedule: '41 3 * * *', singleton: true })
