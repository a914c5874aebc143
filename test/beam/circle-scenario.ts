/**
 * Scenarios of servers that call each other. Each client makes its calls; what a handler does before it answers is in the
 * call. The trace has a line for each call that was made: whether it was answered, or waits for ever. Time is virtual on both
 * sides: it goes on when nothing runs.
 */

/** How a server answers: itself; by a process beside it; by another server; both goes on and has somebody answer in a while. */
export type Answering = 'plain' | 'beside' | 'later' | 'forwarded' | 'lent'

/** After so many milliseconds, a call of `s<to>`, whose handler makes these calls first. `by` is the server that answers a forwarded one. */
export interface CircleCall {
  delay: number
  to: number
  how: Answering
  by: number
  acts: CircleCall[]
}

export interface CircleScenario {
  id: string
  kind: 'circle'
  servers: number
  /** One client each. */
  ops: CircleCall[]
}
