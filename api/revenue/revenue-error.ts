/** Something about money that must not be guessed: an unknown interval, a missing rate. The message is a sentence that names it. */
export class RevenueError extends Error {}
