import { currentProcess, runOutside } from '../context/current-process.js'
import { isThenable, promiseOf } from '../context/thenable.js'
import { kernelError } from '../errors/errors.js'
import { hookReport } from '../report/report.js'
import { isError } from '../show/index.js'
import { Monitor } from '../signals/monitor-record.js'
import { type ExitReason, isOrderly } from '../terms/exit-reason.js'
import { type Pid } from '../terms/pid.js'
import type { Body } from './behaviour.js'
import type { Process } from './process.js'

/** Tells a function, outside any process, how a process ended. */
export class Completion extends Monitor {
  constructor(
    target: Process,
    readonly done: (reason: ExitReason) => void,
  ) {
    super(undefined, target.pid, 'DONE')
    this.attach(target)
  }

  override fired(reason: ExitReason): void {
    this.done(reason)
  }
}

/** What a process runs that is made of a function: a script, which ends with it. */
export class Script implements Body {
  /** @param done gets what `run` comes to */
  constructor(
    readonly run: () => unknown,
    readonly done?: (value: unknown) => void,
  ) {}

  /** What it comes to is nobody's init, and is not looked at. */
  start(): undefined | PromiseLike<undefined> {
    // Not called as a method of this.
    const { run } = this
    const result = run()
    if (!isThenable(result)) {
      this.done?.(result)
      return undefined
    }
    const pending = result as PromiseLike<undefined>
    return this.done === undefined ? pending : promiseOf(pending).then(this.done as () => undefined)
  }
}

/**
 * Has the current process end with its script. Scripts are in it for their life, so no closures are made for each: they
 * find their process by the context.
 */
export function followScript(script: PromiseLike<unknown>): Promise<void> {
  return promiseOf(script).then(scriptEnds, scriptFails)
}

function scriptEnds(): void {
  currentProcess()?.begun(undefined)
}

function scriptFails(error: unknown): void {
  currentProcess()?.fail(error)
}

/** Calls the `exited` hook. Its failure is reported: it neither stops the death nor hits whoever caused it. */
export function tellExited(process: Process, reason: ExitReason): void {
  if (process.body.exited === undefined) return
  try {
    // Not as the process, which is dead: a server still sends the reply of its stop here.
    runOutside(() => process.body.exited?.(reason))
  } catch (error) {
    process.kernel.report(hookReport(process, error))
  }
}

/** The error that stands for an end: the reason itself, where that is one. */
export function failureOf(pid: Pid | 'main', reason: ExitReason): Error {
  return isError(reason) ? reason : kernelError('PROCESS_EXITED', { pid, reason }, { cause: reason })
}

/** What a linked crash does to a program without a supervisor: it fails loudly, as an uncaught error does. */
export function failProgram(reason: ExitReason): void {
  if (isOrderly(reason)) return
  runOutside(() => {
    queueMicrotask(() => {
      throw failureOf('main', reason)
    })
  })
}
