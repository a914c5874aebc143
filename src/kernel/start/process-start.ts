import { lookWhoAwaits, type Waiting } from '../calls/awaited-by.js'
import { noteWait, type Wait } from '../calls/call-cycle.js'
import { quietFence } from '../context/dead-process-error.js'
import { settle, spared, sparedForCall } from '../context/promise-owner.js'
import { kernelError } from '../errors/errors.js'
import { checkTimeout } from '../errors/time-checks.js'
import type { Kernel } from '../kernel.js'
import type { Behaviour, InitOutcome } from '../process/behaviour.js'
import type { Process } from '../process/process.js'
import { runTurn } from '../process/process-turn.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { removeLink } from '../signals/link-table.js'
import { Monitor } from '../signals/monitor-record.js'
import { Exit, type ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import type { Reference } from '../terms/reference.js'
import type { StartOptions } from './spawn-options.js'

/** A process that is up: its pid, and the monitor that `monitor: true` asked for. */
export interface Started {
  readonly pid: Pid
  readonly ref?: Reference
}

/**
 * Starts a process, and gives what came of its init. That is there at once for an init that does not wait, if nothing
 * else is ready to run: then it runs inside this call.
 *
 * @param caller who starts it and waits
 * @throws as `Kernel.startBehaviour` rejects
 */
export function startNow(
  kernel: Kernel,
  behaviour: Behaviour,
  options: StartOptions,
  caller: Process = kernel.actor(),
): Started | 'ignore' | Promise<Started | 'ignore'> {
  const timeout = checkTimeout(options.timeout ?? Number.POSITIVE_INFINITY, 'the start timeout')
  const { name } = options
  const owner = name === undefined ? undefined : kernel.ownerOf(name)
  if (owner !== undefined) throw kernelError('ALREADY_STARTED', { name, pid: owner })
  const child = kernel.prepare(caller, behaviour, options, true)
  let watch: Monitor | undefined
  if (options.monitor === true) {
    watch = new Monitor(caller, child.pid, 'DOWN')
    watch.attach(child)
  }
  const starter = new ProcessStart(child, caller, watch)
  begin(child)
  if (timeout !== Number.POSITIVE_INFINITY) starter.wait(timeout)
  return starter.outcome()
}

/** How deep processes may be started inside each other's start, which all stand on one stack. */
const DEEPEST = 16

/** Gives a process its first turn at once where it would be next anyway. */
function begin(process: Process): void {
  const { kernel } = process
  if (kernel.nesting >= DEEPEST || kernel.scheduler.runsAtOnce?.() !== true) {
    process.wake()
    return
  }
  kernel.nesting++
  process.enter(runTurn, process)
  kernel.nesting--
}

/** Tells a starter that waits of the death of either end. */
export class StartMonitor extends Monitor implements Wait {
  olderWait: Wait | undefined = undefined

  constructor(
    private readonly starter: ProcessStart,
    child: Process,
    caller: Process,
  ) {
    super(caller, child.pid, 'START')
    this.attach(child)
  }

  lookWhoAwaits(handler: Waiting, found: () => void): void {
    this.starter.lookWhoAwaits(handler, found)
  }

  override fired(): void {
    this.starter.childEnded()
  }

  override abandoned(): void {
    this.starter.callerEnded()
  }
}

/**
 * A caller waiting for a process to finish its init: OTP's `proc_lib:start`. Most are done before anyone can wait, and
 * need no promise and no monitor.
 */
export class ProcessStart implements Expirable {
  #pending = true
  #monitor: StartMonitor | undefined = undefined
  #value: Started | 'ignore' | undefined = undefined
  #error: unknown = undefined
  #promise: Promise<Started | 'ignore'> | undefined = undefined
  #resolve: ((value: Started | 'ignore') => void) | undefined = undefined
  #reject: ((error: unknown) => void) | undefined = undefined
  #ignored = false
  #timedOut = false
  #cause: { reason: ExitReason } | undefined = undefined
  #timer: Timer | undefined = undefined
  #timeout = 0

  constructor(
    private readonly child: Process,
    readonly caller: Process,
    private readonly watch: Monitor | undefined,
  ) {
    child.starter = this
  }

  wait(timeout: number): void {
    if (!this.#pending) return
    this.#timeout = timeout
    this.#timer = new Timer(this)
    this.child.kernel.timers.set(this.#timer, timeout)
  }

  /** What came of it, thrown if it was a failure; a promise while that is open. Asked once. */
  outcome(): Started | 'ignore' | Promise<Started | 'ignore'> {
    if (this.#pending) this.#watchBoth()
    if (this.#pending) {
      this.#promise = this.caller.inHandler() ? sparedForCall() : spared()
      this.#resolve = settle.resolve as (value: Started | 'ignore') => void
      this.#reject = settle.reject
      return this.#promise
    }
    if (this.#value === undefined) throw this.#error
    return this.#value
  }

  /** See `awaited-by.ts`. */
  lookWhoAwaits(handler: Waiting, found: () => void): void {
    const [promise, resolve, reject] = [this.#promise, this.#resolve, this.#reject]
    if (promise === undefined || resolve === undefined || reject === undefined) return
    this.caller.within(() => {
      const before = { resolve: resolve as (value: unknown) => void, reject }
      const { resolve: then, reject: otherwise } = lookWhoAwaits(promise, before, handler, found)
      this.#resolve = then
      this.#reject = otherwise
    })
  }

  /** The init is done. Returns false when the process is not to live on. */
  initialised(outcome: InitOutcome): boolean {
    if (outcome === undefined || outcome === null) {
      this.#settle()
      const { child, watch } = this
      child.kernel.names.up(child)
      this.#succeed(watch === undefined ? { pid: child.pid } : { pid: child.pid, ref: watch })
      return true
    }
    if ('ignore' in outcome) {
      this.#ignored = true
      this.#leave()
      this.child.die('normal')
    } else if ('error' in outcome) {
      // As stop, but the process ends normally: a linked caller survives (semantics G04).
      this.#cause = { reason: outcome.error }
      this.#leave()
      this.child.die('normal')
    } else {
      this.#cause = { reason: outcome.stop }
      this.child.fail(new Exit(outcome.stop))
    }
    return false
  }

  /** Since OTP 26 a trapping caller finds no EXIT message of a process that never was (semantics G03). */
  targetDies(reason: ExitReason): void {
    // Taken now, since the process itself keeps only what is shown of it.
    this.#cause ??= { reason }
    if (this.caller.trapping) this.#leave()
    this.watch?.detach()
  }

  expired(): void {
    this.#leave()
    this.#timedOut = true
    this.child.die('killed')
  }

  childEnded(): void {
    this.#settle()
    if (this.#ignored) {
      this.#succeed('ignore')
      return
    }
    const name = this.child.label ?? this.child.pid
    if (this.#timedOut) {
      this.#fail(kernelError('START_TIMEOUT', { name, timeout: this.#timeout }))
      return
    }
    const cause = this.#cause?.reason
    this.#fail(kernelError('START_FAILED', { name, reason: cause }, { cause }))
  }

  /** The caller died. How the init ends still decides whether the process lives. */
  callerEnded(): void {
    this.#stopTimer()
    this.#fail(quietFence(this.caller))
    // Nobody may be left to await it, and that is no failure of anyone.
    this.#promise?.catch(() => {})
  }

  #succeed(value: Started | 'ignore'): void {
    this.#pending = false
    this.#value = value
    this.#resolve?.(value)
  }

  #fail(error: unknown): void {
    this.#pending = false
    this.#error = error
    if (this.#reject !== undefined) this.caller.within(() => this.#reject?.(error))
  }

  #leave(): void {
    removeLink(this.child, this.caller)
  }

  /** What may have happened already, in the first turn of the process. */
  #watchBoth(): void {
    const { child, caller } = this
    // Links hear of a death first: it may have been the caller's, too.
    if (!caller.alive) this.callerEnded()
    else if (!child.alive && !child.exiting) this.childEnded()
    else {
      this.#monitor = new StartMonitor(this, child, caller)
      noteWait(caller, this.#monitor)
    }
  }

  #settle(): void {
    this.child.starter = undefined
    this.#monitor?.detach()
    this.#stopTimer()
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.child.kernel.timers.cancel(this.#timer)
    this.#timer = undefined
  }
}
