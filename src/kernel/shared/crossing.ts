import type { Process } from '../process/process.js'

/** What stands between a shared thing and those who use it: every value that passes goes through one of these. */
export interface Crossing {
  /** The process that its things belong to; undefined for the program. */
  readonly home: Process | undefined
  /** What the thing gives out, as the current process is to have it. */
  out(value: unknown): unknown
  /** What the current process hands to the thing. */
  handed(value: unknown): unknown
  /** Calls a function of the thing, in the context that the thing belongs to. */
  call(fn: Callable, self: unknown, args: readonly unknown[]): unknown
  /** As `call`, with `new`. */
  construct(fn: Callable, args: readonly unknown[], newTarget: Callable): object
  /** Runs `act` in the context that the thing belongs to. */
  atHome<T>(act: () => T): T
  /** Whether that call of the thing is the innermost on the stack. */
  onStack(call: number): boolean
  /** Whether that call is the innermost on the stack, or has returned a promise that is not settled yet. */
  isAwaited(call: number): boolean
  /** What a thing finds in a property of an object that `process` handed to it in `call`. */
  member(value: object, process: Process, call: number): unknown
}

export type Callable = (this: unknown, ...args: unknown[]) => unknown
