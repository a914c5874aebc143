import { context } from './async-scope.js'
import { runOutside } from './no-process.js'

/** A process, as far as its context needs to know it. */
export interface ProcessInContext {
  readonly alive: boolean
  readonly busy: boolean
  readonly isScript: boolean
  /** Whether all its code belongs to its handlers. */
  readonly undivided: boolean
  /** The current run of an async handler. */
  handling: Handling | undefined
  readonly kernel: { readonly leftovers: { dropped(process: object): void } }
  inHandler(): boolean
  runAs<T>(store: object, fn: () => T): T
  within<T>(fn: () => T): T
}

/** The async context of one run of an async handler. Everything that the run starts is recognized by it, before and after an `await`. */
class Handling {
  /** The result of the function, which only the engine has. */
  outcome: unknown = undefined

  /** @param by the function of user code for which the engine waits */
  constructor(
    readonly process: ProcessInContext,
    public by: object,
  ) {}
}

export type { Handling }

/** The place of the current code: a process, or the run of an async handler. */
export type Place = ProcessInContext | Handling | undefined

export function currentPlace(): Place {
  return context.getStore() as Place
}

/** The process of a place, as a room above knows it: see `routeOf`. */
export function processAt<P extends ProcessInContext>(place: Place): P | undefined {
  return (place instanceof Handling ? place.process : place) as P | undefined
}

/** The current process, as a room above knows it: see `routeOf`. */
export function currentProcess<P extends ProcessInContext>(): P | undefined {
  const store = context.getStore() as Place
  return (store instanceof Handling ? store.process : store) as P | undefined
}

/** Whether the current code is left-over code of a dead process: what it does is dropped and noted. */
export function droppedHere(): boolean {
  const process = currentProcess()
  if (process === undefined || process.alive) return false
  process.kernel.leftovers.dropped(process)
  return true
}

/** Whether code at a place belongs to the current run of an async handler of a process. */
export function inHandling(process: ProcessInContext, place: Place): boolean {
  if (process.undivided) return process.busy
  return process.handling !== undefined && place === process.handling
}

const AsyncFunction = (async () => {}).constructor

/** Whether `fn` was declared `async`, so that it may continue after it has returned its promise. */
export function isAsyncFunction(fn: object): boolean {
  // This is the cheapest test; every handled message makes it.
  return fn.constructor === AsyncFunction
}

/**
 * Runs an async handler of the current process in an async context of its own, by which its later calls are distinguished from those of
 * other code in the process: see `call-cycle.ts`.
 *
 * @param by the function that `handler` calls and whose result it returns
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

/** Does the same as `awaitsOutcome` for an init, unless code in the init has noted its own wait already, as a supervisor does. */
export function awaitsInit<T>(by: object, outcome: T): T {
  return currentProcess()?.handling === undefined ? awaitsOutcome(by, outcome) : outcome
}

/**
 * Notes the result of a function of user code, such as a start function, for which the handler or the init of the current process waits
 * now. No other code has it. For an async handler `runAsyncHandler` does this.
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
export function inContextOf(process: ProcessInContext | undefined, fn: () => void): void {
  if (process === undefined) runOutside(fn)
  else process.within(fn)
}
