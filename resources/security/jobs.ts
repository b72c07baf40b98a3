import { defineJob } from '../engine/define-job.ts'

export const checkpointAudit = defineJob({ name: 'security.checkpoint-audit', label: 'Sign the head of the audit log', schedule: '* * * * *', singleton: true })
