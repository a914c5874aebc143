import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/** A process that uses a shared thing, or that it belongs to. */
export interface SharingProcess {
  readonly pid: Pid
  readonly alive: boolean
  readonly reason: ExitReason
  within<T>(fn: () => T): T
  fail(error: unknown): void
}

/** The crossing between a shared thing and its users: every value that passes in either direction goes through one of these methods. */
export interface Crossing {
  /** The process that its things belong to; undefined for the program. */
  readonly home: SharingProcess | undefined
  /** Converts a value of the thing into the form for the current process. */
  out(value: unknown): unknown
  /** Converts a value that the current process passes to the thing. */
  handed(value: unknown): unknown
  /** Calls a function of the thing, in the context that the thing belongs to. */
  call(fn: Callable, self: unknown, args: readonly unknown[]): unknown
  /** Does the same as `call` with `new`. */
  construct(fn: Callable, args: readonly unknown[], newTarget: Callable): object
  /** Runs `act` in the context that the thing belongs to. */
  atHome<T>(act: () => T): T
  /** Whether that call of the thing is the innermost on the stack. */
  onStack(call: number): boolean
  /** Whether that call is the innermost on the stack, or has returned a promise that is not settled yet. */
  isAwaited(call: number): boolean
  /** Returns the value of a property of an object that `process` passed to the thing in `call`, as the thing sees it. */
  member(value: object, process: SharingProcess, call: number): unknown
}

export type Callable = (this: unknown, ...args: unknown[]) => unknown
