/**
 * What else may have a handler go on than the call that it waits in: something outside the kernel that it has set going, and that
 * is still to happen. A promise that such a thing may settle looks in a stack just like one that the call alone
 * settles, where its own `resolve` is handed to `then` (see `awaited-by.ts`): that is how a promise is put under a time or a
 * signal. So while there is any, nobody says of the handler that it waits for the call and nothing else.
 *
 * The guards, which stand before Node's timers and listeners, tell of them; the kernel of processes that the handler has spawned.
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

/** Notes a process that `spawner` has spawned, if its handler did: it runs code of that handler's. */
export function noteSpawned(spawner: Process, pid: Pid): Pid {
  // Mostly a script, which is asked first since it costs least, and is in no circle.
  if (!spawner.isScript && spawner.inHandler()) {
    const process = routeOf<Process>(pid)
    noteWait(spawner, new OtherPendingWork(() => process?.alive === true))
  }
  return pid
}

/** Whether the code that runs now is a handler's: only then is there anything to note. */
export function isInHandler(): boolean {
  return currentProcess()?.inHandler() === true
}

/**
 * Notes that the handler of the current process, if its code runs now, has set something going.
 *
 * @param isPending whether that may still happen; asked when it counts, and as long as the handler runs
 */
export function noteSource(isPending: () => boolean): void {
  const process = currentProcess()
  if (process?.inHandler() === true) noteWait(process, new OtherPendingWork(isPending))
}
