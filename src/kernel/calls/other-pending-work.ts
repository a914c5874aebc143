/**
 * Work outside the kernel that a handler has started and that has not ended. It may let the handler continue, as well as the call that it
 * waits for: a promise that such work may settle looks in a stack just like one that only the call settles, if its own `resolve` is passed
 * to `then` (see `awaited-by.ts`). Promises with a time-out or a signal are made this way. So while there is such work, a handler never
 * counts as waiting for its call and nothing else.
 *
 * The guards around Node's timers and listeners announce such work; the kernel announces processes that the handler has spawned.
 */
import { currentProcess } from '../context/current-process.js'
import type { Process } from '../process/process.js'
import { type Pid, routeOf } from '../terms/pid.js'
import { noteWait } from './call-cycle.js'
import type { Wait } from './wait-graph.js'

class OtherPendingWork implements Wait {
  readonly id = 0
  readonly target = undefined
  olderWait: Wait | undefined = undefined

  constructor(readonly isPending: () => boolean) {}

  get active(): boolean {
    return this.isPending()
  }

  lookWhoAwaits(): void {}
}

/** Notes a process that `spawner` has spawned, if its handler did: the process runs code of that handler. */
export function noteSpawned(spawner: Process, pid: Pid): Pid {
  // Mostly the spawner is a script, which is never in a circle. This test is the cheapest, so it comes first.
  if (!spawner.isScript && spawner.inHandler()) {
    const process = routeOf<Process>(pid)
    noteWait(spawner, new OtherPendingWork(() => process?.alive === true))
  }
  return pid
}

/** Whether the current code belongs to a handler: only then is there anything to note. */
export function isInHandler(): boolean {
  return currentProcess<Process>()?.inHandler() === true
}

/**
 * Notes that the handler of the current process has started some work, if the current code belongs to it.
 *
 * @param isPending whether the work is still to happen; asked when it matters, as long as the handler runs
 */
export function noteSource(isPending: () => boolean): void {
  const process = currentProcess<Process>()
  if (process?.inHandler() === true) noteWait(process, new OtherPendingWork(isPending))
}
