/** Hours within which a ticket of this priority is answered. */
export const hoursToReply: Record<string, number> = { urgent: 4, high: 8, normal: 24, low: 72 }

/** When a reply is due for a ticket asked at `from`. */
export const replyDue = (priority: string, from: Date): Date => new Date(from.getTime() + (hoursToReply[priority] ?? 24) * 3_600_000)
