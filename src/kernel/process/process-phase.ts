// Where a process stands. Numbers, since they are compared on every message.
export const NEW = 0
/** In its init; of a script, all its life. */
export const STARTING = 1
export const IDLE = 2
/** In its handler, which runs now, up to its first `await`. */
export const RUNNING = 3
/** In its handler, which waits. */
export const BUSY = 4
/** Dead for everyone, but its resources are still closing. */
export const EXITING = 5
export const DEAD = 6
