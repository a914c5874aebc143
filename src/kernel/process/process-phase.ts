// The phases of a process. They are numbers, since they are compared on every message.
export const NEW = 0
/** In its init; for a script, its whole life. */
export const STARTING = 1
export const IDLE = 2
/** In its handler, which runs now: until its first `await`. */
export const RUNNING = 3
/** In its handler, which waits. */
export const BUSY = 4
/** Dead for all others, but its resources are still closing. */
export const EXITING = 5
export const DEAD = 6
