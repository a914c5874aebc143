/** Faults on demand: the failures that a test causes, and the part of the probe that causes them. */

import {
  type CallRequest,
  crashProcess,
  type ExitReason,
  isInstance,
  Pid,
  read,
  signalAs,
} from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { Aim, type Target } from '../test-target.js'
import { VirtualTimers } from '../time/virtual-timer-queue.js'
import type { VirtualKernel } from '../watched-kernel.js'
import { Chaos, type ChaosOptions } from './chaos.js'
import { type Fault, Ledger } from './fault-ledger.js'
import { checkOptions, demand } from './fault-options.js'
import { type CallFaultOptions, Dependency } from './faulty-dependency.js'
import { Hangs } from './hangs.js'
import { InjectedFault } from './injected-fault.js'
import { IsolatedFaults } from './isolated-faults.js'
import { MessageFault, type Mishap } from './message-fault.js'
import {
  CONTINUE,
  checkHandler,
  firstDue,
  type InstanceTurns,
  type MessageSelection,
  SELECTION,
} from './message-selection.js'
import {
  type CrashOptions,
  killSelf,
  ProcessFault,
  type ProcessFaultOptions,
  type Strike,
} from './process-fault.js'

/** Selects messages by sender, receiver and content. */
export interface Route extends MessageSelection {
  /** The sender. Default: any. */
  readonly from?: Target
  /** The receiver. Default: any. */
  readonly to?: Target
}

/** A kernel that has faults. */
interface FaultyKernel extends VirtualKernel {
  readonly faults: Faults
}

/**
 * The faults of a test in its kernel. A crash that a fault causes is expected. A process is meant together with
 * its later instances, unless it is given by its pid.
 *
 * @example
 * ```ts
 * faults().crashInInit(Counter, { times: 2 })     // fails to start twice, then is fine
 * faults().drop({ to: 'counter', handler: 'add' }) // the next call of add is lost
 * ```
 */
export class Faults {
  /** The timers of the kit, which belong to no process. */
  readonly timers: VirtualTimers
  readonly #kernel: FaultyKernel
  #processes: ProcessFault[] = []
  #messages: MessageFault[] = []
  readonly #monkeys = new Set<Chaos>()
  /** @internal */
  readonly isolated: IsolatedFaults
  /** @internal */
  readonly hangs: Hangs
  readonly #ledger = new Ledger()
  readonly #dependencies = new WeakMap<object, Dependency<object>>()
  /** The errors of the test that were thrown on its request. */
  readonly #thrown = new WeakSet<object>()
  /** The calls that have timed out by a fault. */
  readonly #unanswered = new WeakSet<CallRequest>()

  constructor(kernel: FaultyKernel) {
    this.#kernel = kernel
    this.timers = new VirtualTimers(kernel.clock)
    this.isolated = new IsolatedFaults(kernel, this.timers)
    this.hangs = new Hangs(kernel, this.timers)
  }

  /** Crashes a process at once, as by an uncaught throw in its code. */
  crash(target: Target, error?: unknown): void {
    const pid = this.#alive(target, 'crash')
    const thrown = error ?? new InjectedFault(this.#kernel.trace.nameOf(pid))
    this.#note('crash', pid, thrown)
    if (!this.isolated.crash(pid, thrown)) crashProcess(pid, thrown)
  }

  /** Kills a process at once: its code has no further effect. */
  kill(target: Target): void {
    const pid = this.#alive(target, 'kill')
    this.#note('kill', pid, undefined)
    this.#kernel.exit(pid, 'kill')
  }

  /** Sends a process the exit signal `'shutdown'` of its parent, as when its supervisor stops it. */
  stop(target: Target): void {
    this.isolated.mustBeHere(target, 'stop')
    const pid = this.#alive(target, 'stop')
    signalAs(this.#kernel.trace.parentOf(pid) ?? pid, pid, 'shutdown')
  }

  /**
   * Blocks the event loop of an isolated server for `ms` milliseconds: messages to it are handled later. If `blockedFor` is not
   * longer, it is ended with `{ blocked: ms }` after `blockedFor`.
   *
   * @throws TEST_OPTION_INVALID for a server that does not run isolated
   */
  block(target: Target, ms: number): void {
    const pid = this.#alive(target, 'block')
    this.isolated.block(pid, ms)
    this.#note('block', pid, undefined)
  }

  /** Fills the heap of an isolated server: it ends with `{ heapLimit }`. @throws TEST_OPTION_INVALID as for `block` */
  exhaustHeap(target: Target): void {
    const pid = this.#alive(target, 'exhaustHeap')
    this.isolated.exhaustHeap(pid)
    this.#note('exhaustHeap', pid, undefined)
  }

  /** Breaks the connection to an isolated server: it is ended, and links, monitors and calls get `'noconnection'`. @throws TEST_OPTION_INVALID as for `block` */
  severCarrier(target: Target): void {
    const pid = this.#alive(target, 'severCarrier')
    this.isolated.severCarrier(pid)
    this.#note('severCarrier', pid, undefined)
  }

  /** Makes a handler throw before it does anything: the handler of the next message, or of the `nth` matching one. */
  crashInHandler(target: Target, options: MessageSelection & CrashOptions = {}): Fault {
    return this.#add('crashInHandler', target, options, { point: 'handler', effect: 'crash' })
  }

  /** As `crashInHandler`, but the process is killed: no `terminate` runs. */
  killInHandler(target: Target, options: MessageSelection = {}): Fault {
    return this.#add('killInHandler', target, options, { point: 'handler', effect: 'kill' })
  }

  /** Makes the init throw: the next `times` times; then it succeeds. */
  crashInInit(target: Target, options: CrashOptions = {}): Fault {
    return this.#add('crashInInit', target, options, { point: 'init', effect: 'crash' })
  }

  /** Kills the process in its init. */
  killInInit(target: Target, options: InstanceTurns = {}): Fault {
    return this.#add('killInInit', target, options, { point: 'init', effect: 'kill' })
  }

  /** Makes the init wait until the fault is removed. A start with a time-out fails. */
  hangInInit(target: Target, options: InstanceTurns = {}): Fault {
    return this.#add('hangInInit', target, options, { point: 'init', effect: 'hang' })
  }

  /** As `crashInInit`, but never in the first start: only restarts fail. */
  crashInRestart(target: Target, options: CrashOptions = {}): Fault {
    return this.#add('crashInRestart', target, options, {
      point: 'init',
      effect: 'crash',
      restartsOnly: true,
    })
  }

  /** As `crashInRestart`, but the process is killed there. */
  killInRestart(target: Target, options: InstanceTurns = {}): Fault {
    return this.#add('killInRestart', target, options, { point: 'init', effect: 'kill', restartsOnly: true })
  }

  /** Makes `terminate` throw, if it runs: a server that does not trap exits ends without it. */
  crashInTerminate(target: Target, options: CrashOptions = {}): Fault {
    return this.#add('crashInTerminate', target, options, { point: 'terminate', effect: 'crash' })
  }

  /** Makes `terminate` wait until the fault is removed. The supervisor kills the process when its shutdown time is over. */
  hangInTerminate(target: Target, options: InstanceTurns = {}): Fault {
    return this.#add('hangInTerminate', target, options, { point: 'terminate', effect: 'hang' })
  }

  /** Makes the process ignore the order to stop. Its supervisor kills it when its shutdown time is over. */
  hangShutdown(target: Target, options: InstanceTurns = {}): Fault {
    return this.#add('hangShutdown', target, options, { point: 'shutdown', effect: 'hang' })
  }

  /** Loses messages. A lost call times out. */
  drop(route: Route): Fault {
    return this.#mishap('drop', route)
  }

  /** Delivers messages `by` milliseconds late; other messages may overtake them. */
  delay(route: Route & { readonly by: number }): Fault {
    return this.#mishap('delay', route)
  }

  /** Delivers messages twice. */
  duplicate(route: Route): Fault {
    return this.#mishap('duplicate', route)
  }

  /** Delivers a message after the next matching one; if none comes, after a second. */
  reorder(route: Route): Fault {
    return this.#mishap('reorder', route)
  }

  /** Makes a call reject with CALL_TIMEOUT at once. The server still handles it; its answer is dropped. */
  timeOut(route: Route): Fault {
    return this.#mishap('time out', route, 'timeOut')
  }

  /**
   * Returns the same object with methods that can be made to fail. Bind it in place of the real one. It accepts any object, also the namespace of
   * a module or a frozen object. A class in it can be made to fail with `new`.
   *
   * @param name its name in errors; default the name of its class
   * @throws TEST_OPTION_INVALID for a value that is not an object
   * @example
   * ```ts
   * const store = faults().dependency(new MemoryStore())
   * faults().failCall(store, 'append', { times: 3 })
   * ```
   */
  dependency<T extends object>(object: T, name?: string): T {
    const dependency = new Dependency(object, name, this.hangs)
    this.#dependencies.set(dependency.proxy, dependency)
    return dependency.proxy
  }

  /**
   * Makes calls of a method of a `dependency` throw, reject or hang. By default the failure is of the kind that the method
   * would use: see `rejects`.
   *
   * @throws TEST_OPTION_INVALID if `object` was not made by `dependency`, or has no such method
   */
  failCall<T extends object>(object: T, method: keyof T, options: CallFaultOptions = {}): Fault {
    const action = 'failCall'
    const dependency = this.#dependencies.get(object)
    const expected = 'an object that faults().dependency(…) gave'
    demand(dependency !== undefined, action, 'object', object, expected)
    checkOptions(action, options, ['error', 'rejects', 'hang'])
    for (const option of ['error', 'rejects'] as const) {
      const value = options[option]
      demand(options.hang !== true || value === undefined, action, option, value, 'left out with `hang`')
    }
    this.#own(options.error)
    return this.#ledger.enter(dependency.fail(method, options))
  }

  /**
   * Starts a chaos monkey, which crashes random workers.
   *
   * @throws TEST_OPTION_INVALID, TEST_TARGET_UNKNOWN
   */
  chaos(options: ChaosOptions): Chaos {
    const monkey = new Chaos(this.#kernel, options, () => {
      this.#monkeys.delete(monkey)
      entry.remove()
    })
    this.#monkeys.add(monkey)
    const entry = this.#ledger.enter({
      what: 'chaos',
      allowUnstruck: options.allowUnstruck,
      struck: () => monkey.struck,
      remove: () => {},
      why: () => monkey.why,
    })
    return monkey
  }

  /** Removes all faults: code that hangs continues, and delayed messages are dropped. */
  clear(): void {
    for (const monkey of this.#monkeys) monkey.remove()
    this.#ledger.clear()
    this.timers.clear()
  }

  /** Called at the end of a test: no fault strikes any more, and no hanging code continues. */
  end(): void {
    this.hangs.forget()
    this.clear()
  }

  /** Called for a test that failed: faults that have not struck are not reported. */
  forgive(): void {
    this.#ledger.forgive()
  }

  /**
   * Checks at the end of a test that all faults have struck.
   *
   * @throws TEST_FAULT_UNSTRUCK
   */
  check(): void {
    this.#ledger.check()
  }

  /** Whether a reason was thrown by a fault. */
  isInjected(reason: unknown): boolean {
    return (
      isInstance(reason, InjectedFault) ||
      this.isolated.isSent(reason) ||
      (typeof reason === 'object' && reason !== null && this.#thrown.has(reason))
    )
  }

  // Called by the probe.

  starts(pid: Pid): void | PromiseLike<void> {
    return this.#strike('init', pid, undefined)
  }

  handles(pid: Pid, message: unknown): void {
    void this.#strike('handler', pid, message)
  }

  terminates(pid: Pid, _reason: ExitReason): void | PromiseLike<void> {
    return this.#strike('terminate', pid, undefined)
  }

  /** Returns false if the signal has no effect. */
  signals(pid: Pid, reason: ExitReason): boolean {
    if (reason === 'kill') return true
    const fault = this.#due('shutdown', pid, undefined)
    if (fault === undefined) return true
    fault.strike(pid)
    this.#note(fault.text, pid, undefined)
    this.#hang(fault, pid, () => {})
    return false
  }

  /** Returns false if the message is not delivered, at least not now. */
  sends(from: Pid | undefined, to: Pid, message: unknown, deliver: () => void): boolean {
    const until = this.isolated.blockedUntil(to)
    if (until !== undefined) {
      this.timers.set(Math.max(0, until - this.#kernel.clock.now()), deliver)
      return false
    }
    if (this.#messages.length === 0) return true
    // Code outside all processes is the test, unless it is a timer.
    const sender = from ?? (this.#kernel.clock.ringing ? undefined : this.#kernel.main().pid)
    const fault = firstDue(this.#messages, (each) => each.isDue(sender, to, message))
    if (fault === undefined) return true
    this.#note(fault.text, to, undefined)
    if (fault.mishap === 'time out') this.#unanswered.add(message as CallRequest)
    return fault.applyFault(to, message, deliver)
  }

  /** Returns false if the call is not answered. */
  replies(call: CallRequest): boolean {
    return !this.#unanswered.has(call)
  }

  exits(pid: Pid): void {
    this.hangs.ended(pid)
    this.#processes = this.#processes.filter((fault) => !fault.isOver(pid))
    for (const monkey of this.#monkeys) monkey.exits(pid)
  }

  /** Installs a fault of the monkey, which is not in the list of the test. */
  lies(target: Target, options: ProcessFaultOptions): Disposable {
    const fault = this.#install(new Aim(this.#kernel, target, 'chaos'), options)
    return { [Symbol.dispose]: () => this.#uninstall(fault) }
  }

  #due(point: ProcessFault['point'], pid: Pid, message: unknown): ProcessFault | undefined {
    return firstDue(this.#processes, (each) => each.point === point && each.isDue(pid, message))
  }

  #strike(point: ProcessFault['point'], pid: Pid, message: unknown): void | Promise<void> {
    const fault = this.#due(point, pid, message)
    if (fault === undefined) return
    fault.strike(pid)
    const error = fault.error(this.#kernel.trace.nameOf(pid))
    this.#note(fault.text, pid, error)
    if (fault.effect === 'kill') killSelf(pid)
    if (fault.effect === 'hang') return new Promise((goOn) => this.#hang(fault, pid, goOn))
    throw error
  }

  #hang(fault: ProcessFault, pid: Pid, goOn: () => void): void {
    this.hangs.begin({ fault, pid, where: fault.text.replace('hang ', ''), goOn })
  }

  #add(action: string, target: Target, given: MessageSelection & CrashOptions, strike: Strike): Fault {
    const own = strike.point === 'handler' ? SELECTION : []
    checkOptions(action, given, ['perInstance', ...own, ...(strike.effect === 'crash' ? ['error'] : [])])
    const options = { ...given, ...strike }
    checkHandler(target, options.handler, action, [CONTINUE])
    this.isolated.mustBeHere(target, action)
    const aim = new Aim(this.#kernel, target, action)
    const fault = this.#install(aim, options)
    return this.#ledger.enter({
      what: `${action} of ${aim}`,
      allowUnstruck: options.allowUnstruck,
      struck: () => fault.counter.struck,
      remove: () => {
        this.#uninstall(fault)
        this.hangs.goOn(fault)
      },
      why: () => fault.why,
    })
  }

  #install(aim: Aim, options: ProcessFaultOptions): ProcessFault {
    this.#own(options.error)
    const fault = new ProcessFault(aim, this.#kernel.incarnations, options)
    this.#processes.push(fault)
    return fault
  }

  #uninstall(fault: ProcessFault): void {
    this.#processes = this.#processes.filter((each) => each !== fault)
  }

  #mishap(mishap: Mishap, route: Route & { readonly by?: number }, action: string = mishap): Fault {
    const own = mishap === 'delay' ? ['by'] : []
    checkOptions(action, route, ['from', 'to', 'perInstance', ...SELECTION, ...own])
    const isRoute = !(route instanceof Pid) && read(route, 'target') === undefined
    demand(isRoute, action, 'route', route, 'an object that says from whom or to whom, as { to: server }')
    const { from, to, by = 0, ...selection } = route
    const aim = (target: Target | undefined): Aim | undefined => {
      if (target === undefined) return undefined
      this.isolated.mustBeHere(target, action)
      return new Aim(this.#kernel, target, action)
    }
    checkHandler(to, selection.handler, action)
    const [source, goal] = [aim(from), aim(to)]
    const { incarnations } = this.#kernel
    const fault = new MessageFault(mishap, source, goal, selection, by, this.timers, incarnations)
    this.#messages.push(fault)
    const way = `${source === undefined ? '' : ` from ${source}`}${goal === undefined ? '' : ` to ${goal}`}`
    return this.#ledger.enter({
      what: `${mishap}${way}`,
      allowUnstruck: selection.allowUnstruck,
      struck: () => fault.counter.struck,
      remove: () => {
        this.#messages = this.#messages.filter((each) => each !== fault)
      },
      why: () => fault.why,
    })
  }

  /** @throws TEST_TARGET_UNKNOWN when it is not alive */
  #alive(target: Target, action: string): Pid {
    const { pid } = new Aim(this.#kernel, target, action)
    if (pid === undefined || !this.#kernel.isAlive(pid)) {
      throw testingError('TEST_TARGET_UNKNOWN', { action, value: `${String(target)}, which is not alive` })
    }
    this.#kernel.incarnations.met(pid)
    return pid
  }

  #own(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.#thrown.add(error)
  }

  #note(text: string, pid: Pid, error: unknown): void {
    this.#own(error)
    this.#kernel.trace.add('fault', undefined, pid, text)
  }
}
