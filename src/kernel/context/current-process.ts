import type { Process } from '../process/process.js'
import { context } from './async-scope.js'
import { runOutside } from './no-process.js'

/** The async context of one run of an async handler: all that it starts is known as its own, before and after an `await`. */
class Handling {
  /** What the function has returned: nobody but the engine has that. */
  outcome: unknown = undefined

  /** @param by the function of others that the engine waits for */
  constructor(
    readonly process: Process,
    public by: object,
  ) {}
}

export type { Handling }

/** Where the code that runs now belongs: to a process, or to the run of an async handler. */
export type Place = Process | Handling | undefined

export function currentPlace(): Place {
  return context.getStore() as Place
}

export function processAt(place: Place): Process | undefined {
  return place instanceof Handling ? place.process : place
}

export function currentProcess(): Process | undefined {
  const store = context.getStore() as Place
  return store instanceof Handling ? store.process : store
}

/** Whether the code that runs now is what a dead process left over: what it does is dropped, and noted. */
export function droppedHere(): boolean {
  const process = currentProcess()
  if (process === undefined || process.alive) return false
  process.kernel.leftovers.dropped(process)
  return true
}

/** Whether code of that place belongs to the run of an async handler that its process is in. */
export function inHandling(process: Process, place: Place): boolean {
  if (process.undivided) return process.busy
  return process.handling !== undefined && place === process.handling
}

const AsyncFunction = (async () => {}).constructor

/** Whether `fn` was declared `async`, so that it goes on after it returned its promise. */
export function isAsyncFunction(fn: object): boolean {
  // The cheapest way to ask, which every handled message does.
  return fn.constructor === AsyncFunction
}

/**
 * Runs an async handler of the current process in an async context of its own, by which its later calls are told from
 * those of other code in the process: see `call-cycle.ts`.
 *
 * @param by the function that `handler` calls, and whose result it returns
 */
export function runAsyncHandler<T>(by: object, handler: () => T): T {
  const process = currentProcess()
  if (process === undefined) return handler()
  const handling = new Handling(process, by)
  process.handling = handling
  const outcome = process.runAs(handling, handler)
  handling.outcome = outcome
  return outcome
}

/** As `awaitsOutcome`, of an init; unless code in it has noted what that waits for in its turn, as a supervisor's does. */
export function awaitsInit<T>(by: object, outcome: T): T {
  return currentProcess()?.handling === undefined ? awaitsOutcome(by, outcome) : outcome
}

/**
 * Notes what a function of others has returned, such as a start function, which the handler or the init of the current process waits
 * for now, and nobody else has. For an async handler `runAsyncHandler` does.
 */
export function awaitsOutcome<T>(by: object, outcome: T): T {
  const process = currentProcess()
  if (process === undefined || process.isScript || !process.inHandler()) return outcome
  process.handling ??= new Handling(process, by)
  process.handling.by = by
  process.handling.outcome = outcome
  return outcome
}

/** Runs `fn` as `process`, or as no process at all. */
export function inContextOf(process: Process | undefined, fn: () => void): void {
  if (process === undefined) runOutside(fn)
  else process.within(fn)
}
