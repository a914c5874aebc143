import { currentProcess, type ProcessInContext } from '../context/current-process.js'
import { runOutside } from '../context/no-process.js'
import { isThenable, promiseOf } from '../context/thenable.js'
import { kernelError } from '../errors/errors.js'
import { hookReport, type ReportedProcess } from '../report/report.js'
import { isError } from '../show/index.js'
import { Monitor, type Watched } from '../signals/monitor-record.js'
import { type ExitReason, isOrderly } from '../terms/exit-reason.js'
import { type Pid } from '../terms/pid.js'
import type { Body } from './behaviour.js'

/** A process that runs a script. */
interface ScriptProcess extends ProcessInContext {
  begun(outcome: undefined): void
  fail(error: unknown): void
}

/** A process whose body is told of its end. */
interface EndedProcess extends ReportedProcess {
  readonly body: Body
}

/** A monitor that calls a function outside any process with the exit reason. */
export class Completion extends Monitor {
  constructor(
    target: Watched,
    readonly done: (reason: ExitReason) => void,
  ) {
    super(undefined, target.pid, 'DONE')
    this.attach(target)
  }

  override fired(reason: ExitReason): void {
    this.done(reason)
  }
}

/** The body of a process that runs a function: a script, which ends with the function. */
export class Script implements Body {
  /** @param done called with the result of `run` */
  constructor(
    readonly run: () => unknown,
    readonly done?: (value: unknown) => void,
  ) {}

  /** Runs the function. Its result is no outcome of an init. */
  start(): undefined | PromiseLike<undefined> {
    // So that `this` in the function is not the script.
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
 * Ends the current process when its script ends. No closures are made: the functions find their process by the context.
 */
export function followScript(script: PromiseLike<unknown>): Promise<void> {
  return promiseOf(script).then(scriptEnds, scriptFails)
}

function scriptEnds(): void {
  currentProcess<ScriptProcess>()?.begun(undefined)
}

function scriptFails(error: unknown): void {
  currentProcess<ScriptProcess>()?.fail(error)
}

/** Calls the `exited` hook. An error in it is reported; it affects neither the death nor the process that caused it. */
export function tellExited(process: EndedProcess, reason: ExitReason): void {
  if (process.body.exited === undefined) return
  try {
    // Outside the process, which is dead: a server still sends the reply of its stop here.
    runOutside(() => process.body.exited?.(reason))
  } catch (error) {
    process.kernel.report(hookReport(process, error))
  }
}

/** The error for an exit reason: the reason itself if it is an error. */
export function failureOf(pid: Pid | 'main', reason: ExitReason): Error {
  return isError(reason) ? reason : kernelError('PROCESS_EXITED', { pid, reason }, { cause: reason })
}

/** Fails the program, as an uncaught error does, when code outside any process is linked to a process that crashed. */
export function failProgram(reason: ExitReason): void {
  if (isOrderly(reason)) return
  runOutside(() => {
    queueMicrotask(() => {
      throw failureOf('main', reason)
    })
  })
}
