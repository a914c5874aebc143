/**
 * Calls that wait for each other in a circle. None of them can ever be answered, so the call that closes the circle is
 * refused and names it, instead of timing out and blaming the server.
 *
 * A process waits in a call when its *handler* (or its init) made it, until it is over or that handler is done. Whether
 * a promise is awaited cannot be seen, so a call counts as waited for; who does not want to wait has `cast` and
 * `sendRequest`. A call that merely happens inside a process, such as one of an HTTP request's callback, holds nobody up,
 * since the process goes on taking messages. The two are told apart by what is certain:
 *
 * - code that runs while the handler is on the stack is the handler's;
 * - a handler that is an `async function` gets an async context of its own, so what it does after an `await` is known
 *   as its own too, and a callback set up by an earlier one is not (a server that never makes a call is spared the cost
 *   after a while; the first one after that is not known for its handler's, and the next is);
 * - all code of a process before its init is done is its init's.
 *
 * The rest (what a plain function does in a `then` after it returned its promise) is not taken for the handler's: such
 * a circle ends by the time-out of a call. No call is refused for what other code of a process does.
 */
import type { Process } from './process.js'
import type { CallRequest } from './request.js'
import type { Task } from './scheduler.js'

/** Notes that the handler of a process, if it made this call, waits in it until it is over or the handler is done. */
export function noteCall(caller: Process, call: CallRequest): void {
  caller.runsWithoutCall = 0
  if (!caller.inHandler) return
  let older = caller.waits
  while (older !== undefined && !older.active) older = older.olderWait
  call.olderWait = older
  caller.waits = call
  if (call.target?.waits === undefined || circle(caller, call) === undefined) return
  caller.kernel.scheduler.enqueue(new Suspicion(caller, call))
}

/** Whether a process that calls itself would wait for ever: not in code that is known to be none of its handler's. */
export function callsItself(process: Process): boolean {
  return process.isScript || process.inHandler || (process.busy && process.handling === undefined)
}

/** How many turns a suspicion is left alone; a handler that has nothing to wait for ends within them. */
const RESPITE = 16

/**
 * A call that seems to close a circle. It is looked at again a few turns later: a handler that did not await its call,
 * and was about to end, has ended by then. A task and not a timer, so that meanwhile no time passes.
 */
class Suspicion implements Task {
  nextTask: Task | undefined = undefined
  #turns = RESPITE

  constructor(
    readonly caller: Process,
    readonly call: CallRequest,
  ) {}

  turn(): boolean {
    this.#turns--
    if (this.#turns > 0) this.caller.kernel.scheduler.enqueue(this)
    else this.#judge()
    return this.#turns > 0
  }

  /** Refuses a call that still closes a circle, and is not in the hands of its server. */
  #judge(): void {
    const { caller, call } = this
    const { target } = call
    if (target === undefined || !target.busy || !isAmong(caller.waits, call)) return
    const names = circle(caller, call)
    // Taken out of the mailbox, where it waits to be handled.
    if (names === undefined || !withdraw(target, call)) return
    call.refuse(names.map(({ name, pid }) => name ?? String(pid)).join(' → '))
  }
}

/** Takes back a call that its server has not begun to handle. */
function withdraw({ mailbox, bound }: Process, call: CallRequest): boolean {
  return mailbox.withdraw((message) => message === call) || bound?.withdraw(call) === true
}

function isAmong(waits: CallRequest | undefined, call: CallRequest): boolean {
  for (let at = waits; at !== undefined; at = at.olderWait) if (at === call) return true
  return false
}

/** The processes around the circle that a call closes, its server first and last. */
function circle(caller: Process, { target }: CallRequest): Process[] | undefined {
  const way = target === undefined ? undefined : wayBack(target, caller)
  return way === undefined ? undefined : [...way, target as Process]
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
