/**
 * Calls that wait for each other in a circle. None of them can ever be answered, so the call that closes the circle is
 * refused at once and names it, instead of timing out and blaming the server.
 *
 * A process waits in a call when its *handler* (or its init) made it, and until that handler is done. What the handler
 * does not await counts too: whether a promise is awaited cannot be seen. A call that merely happens inside a process,
 * such as one of an HTTP request's callback, holds nobody up, since the process goes on taking messages. The two are
 * told apart by what is certain:
 *
 * - code that runs while the handler is on the stack is the handler's;
 * - a handler that is an `async function` gets an async context of its own, so what it does after an `await` is known
 *   as its own too, and a callback set up by an earlier one is not;
 * - all code of a process before its init is done is its init's.
 *
 * The rest (what a plain function does in a `then` after it returned its promise) is not taken for the handler's: such
 * a circle ends by the time-out of a call. So a call that could be answered is never refused.
 */
import type { Call } from './call.js'
import type { Process } from './process.js'

/**
 * Notes that the handler of a process waits in this call, until it is answered or the handler is done.
 *
 * @returns false when that would close a circle: the call is refused
 */
export function waitIn(caller: Process, call: Call): boolean {
  const target = call.target as Process
  const way = target.waits === undefined ? undefined : wayBack(target, caller)
  if (way !== undefined) {
    call.refuse([caller, ...way].map(({ name, pid }) => name ?? String(pid)).join(' → '))
    return false
  }
  let older = caller.waits
  while (older !== undefined && !older.active) older = older.olderWait
  call.olderWait = older
  caller.waits = call
  return true
}

/** The processes from `target` to `caller`, along the calls that handlers wait in; undefined when there is no way. */
function wayBack(target: Process, caller: Process): Process[] | undefined {
  // Mostly a chain; a handler that waits in several calls at once makes it a tree.
  const reachedFrom = new Map<Process, Process | undefined>([[target, undefined]])
  for (const process of reachedFrom.keys()) {
    for (let call = process.waits; call !== undefined; call = call.olderWait) {
      const next = call.target
      if (next === undefined || reachedFrom.has(next)) continue
      reachedFrom.set(next, process)
      if (next === caller) return wayTo(caller, reachedFrom)
    }
  }
  return undefined
}

function wayTo(end: Process, reachedFrom: ReadonlyMap<Process, Process | undefined>): Process[] {
  const way: Process[] = []
  for (let at: Process | undefined = end; at !== undefined; at = reachedFrom.get(at)) way.push(at)
  return way.reverse()
}
