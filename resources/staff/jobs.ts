import { defineJob } from '../engine/define-job.ts'

export const sendLink = defineJob({ name: 'staff.send-link', label: 'Mail a sign-in link', notify: true })
export const sweepExpired = defineJob({ name: 'staff.sweep-expired', label: 'Remove expired sessions, links and counters', schedule: '17 * * * *', singleton: true })
