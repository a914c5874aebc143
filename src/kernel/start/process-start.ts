import { lookWhoAwaits, type Waiting } from '../calls/awaited-by.js'
import { noteWait } from '../calls/call-cycle.js'
import type { Wait } from '../calls/wait-graph.js'
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

/** A started process: its pid, and its monitor if `monitor` was true. */
export interface Started {
  readonly pid: Pid
  readonly ref?: Reference
}

/**
 * Starts a process and returns the outcome of its init. If no other process is ready, the init runs inside this call; if it does not wait
 * either, the outcome is returned without a promise.
 *
 * @param caller the process that starts it and waits
 * @throws the errors with which `Kernel.startBehaviour` rejects
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

/** The deepest nesting of starts inside starts, which all use one stack. */
const DEEPEST = 16

/** Runs the first turn of a process at once, if it would be next anyway. */
export function begin(process: Process): void {
  const { kernel } = process
  if (kernel.nesting >= DEEPEST || kernel.scheduler.runsAtOnce?.() !== true) {
    process.wake()
    return
  }
  kernel.nesting++
  process.enter(runTurn, process)
  kernel.nesting--
}

/** The monitor of a waiting start: it reports the death of the child and of the caller. */
export class StartMonitor extends Monitor implements Wait {
  declare target: Process | undefined
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
 * A start whose caller waits for the init: OTP's `proc_lib:start`. Most inits are done before the caller can wait, and then no promise
 * and no monitor is made.
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

  /** The outcome. Throws if the start has failed; returns a promise while the init runs. Called once. */
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

  /** Finds the code that awaits this start: see `awaited-by.ts`. */
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

  /** Handles the outcome of the init. Returns false if the process must not live on. */
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
      // Like `stop`, but the process ends normally, so that a linked caller survives (semantics G04).
      this.#cause = { reason: outcome.error }
      this.#leave()
      this.child.die('normal')
    } else {
      this.#cause = { reason: outcome.stop }
      this.child.fail(new Exit(outcome.stop))
    }
    return false
  }

  /** Called when the process dies during its start. Since OTP 26 a trapping caller gets no EXIT message then (semantics G03). */
  targetDies(reason: ExitReason): void {
    // Noted here, since the process later keeps only a text of its reason.
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

  /** Called when the caller has died. The end of the init still decides whether the process lives. */
  callerEnded(): void {
    this.#stopTimer()
    this.#fail(quietFence(this.caller))
    // If nobody awaits the promise any more, that must not be an unhandled rejection.
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

  /** Monitors both processes. One of them may have died already, in the first turn of the child. */
  #watchBoth(): void {
    const { child, caller } = this
    // Links are signalled first, so the death of the child may have ended the caller too.
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
