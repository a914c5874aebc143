import { markRaces } from './calls/awaited-by.js'
import { addWait, callsItself, circleOf, noteCallOfAwaited } from './calls/call-cycle.js'
import {
  CallRequest,
  callError,
  checkRequest,
  type RequestOptions,
  refuseFired,
} from './calls/pending-call.js'
import { type Clock, machineNow, SystemClock, turnOfLoop } from './clock.js'
import type { Signals } from './context/abort-signal-wait.js'
import { type Stores, storesOfNow } from './context/async-scope.js'
import { makesDefaultKernel } from './context/current-kernel.js'
import { currentPlace, currentProcess, processAt } from './context/current-process.js'
import { rejectedWith } from './context/dead-process-error.js'
import { checkId, checkPid, notAFunction } from './errors/argument-checks.js'
import { kernelError } from './errors/errors.js'
import { checkKnown } from './errors/known-options.js'
import { StatusProviders } from './inspect/status-providers.js'
import { KERNEL_OPTIONS, type KernelOptions } from './kernel-options.js'
import { MailboxLimit } from './mail/mailbox-limit.js'
import { isolated, type MessageIsolation } from './mail/message-isolation.js'
import { type NameKeeper, NameTable, registerVia } from './names/name-table.js'
import type { Probe } from './probe/probe.js'
import { newProcess } from './probe/probed-process.js'
import type { Behaviour, Body } from './process/behaviour.js'
import { ExitSignalQueue } from './process/exit-signal-queue.js'
import type { Process } from './process/process.js'
import { Completion, failProgram, failureOf, Script } from './process/process-script.js'
import type { Touched } from './process/touched-state.js'
import type { Carrier } from './remote/carrier.js'
import type { Connection } from './remote/connection.js'
import { Nodes } from './remote/nodes.js'
import type { NodeIdentity } from './remote/signal.js'
import {
  calls,
  hasReportListeners,
  observeCall,
  observeRefusal,
  publishDeadLetter,
  publishExit,
  publishReport,
  publishSpawn,
} from './report/diagnostics-channels.js'
import { Incidents } from './report/incidents.js'
import { handOver, isWanted, type Report, type Reporter, stderrReporter } from './report/report.js'
import { LeftOpen } from './resources/left-open.js'
import { LeftoverCode } from './resources/leftover-code.js'
import { FairScheduler, type Scheduler } from './schedule/scheduler.js'
import { TimerWheel } from './schedule/timer-wheel.js'
import { atFault } from './shared/failure-owner.js'
import { addDeathObserver, type DeathObserver, removeDeathObserver } from './signals/death-observer.js'
import { addLink } from './signals/link-table.js'
import { handed, type MessageBorder } from './signals/message-border.js'
import { type Started, startNow } from './start/process-start.js'
import {
  checkSpawn,
  NO_OPTIONS,
  SPAWN_OPTIONS,
  type SpawnOptions,
  START_OPTIONS,
  type StartOptions,
} from './start/spawn-options.js'
import { ancestryUnder } from './terms/ancestry.js'
import type { ExitReason } from './terms/exit-reason.js'
import { Pid, routeOf } from './terms/pid.js'

/** A kernel: a set of processes with its own names, clock and scheduler. A program may have several. */
export class Kernel {
  readonly node: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** @internal */
  readonly random: () => number
  /** @internal */
  readonly timers: TimerWheel
  /** @internal */
  readonly probe: Probe | undefined
  /** Where isolated servers run: in real threads and programs, or in this program. */
  readonly isolation: 'real' | 'local'
  /** @internal */
  readonly names = new NameTable<Process>()
  /** The connected kernels; `undefined` before the first one. @internal */
  nodes: Nodes | undefined = undefined
  /** Around isolated servers that run in this kernel, for tests; undefined while there are none. @internal */
  border: MessageBorder | undefined = undefined
  /** Whether messages are more than shared. @internal */
  isolates: boolean
  /** @internal */
  readonly exitSignalQueue = new ExitSignalQueue()
  /** @internal */
  readonly leftovers = new LeftoverCode(this)
  /** @internal */
  readonly leftOpen = new LeftOpen(this)
  /** @internal */
  readonly incidents = new Incidents()
  /** @internal */
  readonly statusProviders = new StatusProviders()
  /** Whether uncaught failures of its processes become their exit reasons, in a program with containment. @internal */
  contained = true
  /** The number of dead letters. */
  deadLetters = 0
  /** The number of observers. Without observers nothing is noted for them. @internal */
  observers = 0
  /** The number of nested first turns inside other turns. @internal */
  nesting = 0
  /** The number of failures in left-over code of dead processes. They harm nothing. */
  strayFailures = 0
  readonly #messages: MessageIsolation
  #reporter: Reporter
  #creation: number | undefined
  #lastId = 0
  #count = 0
  #newest: Process | undefined
  #main: Process | undefined
  /** The AsyncLocalStorage stores at the construction: those of the application, and not of the request that starts the first process. */
  readonly #stores = storesOfNow()

  constructor(options: KernelOptions = {}) {
    checkKnown('new Kernel', options, KERNEL_OPTIONS)
    markRaces()
    this.node = options.node ?? 'nonode@nohost'
    this.clock = options.clock ?? new SystemClock()
    this.scheduler =
      options.scheduler ?? new FairScheduler({ now: () => this.clock.sliceTime?.() ?? machineNow() })
    this.random = options.random ?? Math.random
    this.probe = options.probe
    this.isolation = options.isolation ?? 'real'
    this.timers = this.newTimers()
    this.scheduler.onIdle(() => this.timers.rest())
    this.#messages = options.messages ?? 'share'
    this.isolates = this.#messages !== 'share'
    this.#creation = options.creation
    this.#reporter = options.report ?? stderrReporter(this.clock)
  }

  /** The incarnation of the node. It distinguishes the pids of this kernel from those of earlier kernels with the same name. */
  get creation(): number {
    this.#creation ??= process.getBuiltinModule('node:crypto').randomInt(1, 2 ** 32)
    return this.#creation
  }

  /**
   * Connects the kernel to another one by a carrier that is ready. From then on the pids, names and aliases of each work in the other.
   *
   * @param peer the identity of the other kernel. A connected kernel with the same name is considered gone
   * @returns the connection, to which the carrier passes all signals from there
   * @throws NODE_NAME if the other kernel has no name, or the same one
   */
  connect(carrier: Carrier, peer: NodeIdentity): Connection {
    return this.withNodes().connect(carrier, peer)
  }

  /** The connected kernels; made if there are none. @internal */
  withNodes(): Nodes {
    this.nodes ??= new Nodes(this)
    return this.nodes
  }

  /**
   * The pid that represents the process with a name in a connected kernel; `undefined` for an unknown kernel.
   * @internal
   */
  whoHas(name: string, node: string): Pid | undefined {
    const { nodes } = this
    if (nodes === undefined) return undefined
    return nodes.reachesOthers ? nodes.named(name, node).pid : nodes.current(node)?.holder(name).pid
  }

  /** The time of the kernel's clock in milliseconds. */
  now(): number {
    return this.clock.now()
  }

  /** The number of living processes. */
  get processCount(): number {
    return this.#count
  }

  /** The number of processes that were ever started. */
  get spawned(): number {
    return this.#lastId
  }

  /**
   * Runs `fn` as a new process and returns its result. Programs and tests enter a kernel this way.
   *
   * @returns the result of `fn`; rejects with its error, or with PROCESS_EXITED if the process ended otherwise
   * @example
   * ```ts
   * const answer = await new Kernel().run(async () => {
   *   send(self(), 42)
   *   return receive()
   * })
   * ```
   */
  run<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    const runner = currentProcess<Process>()
    if (runner?.alive === false) return rejectedWith(this.leftovers.refused(runner))
    if (typeof fn !== 'function') return Promise.reject(notAFunction('run', fn))
    let value: { value: T } | undefined
    const script = new Script(fn, (result) => {
      value = { value: result as T }
    })
    // The process does the work of the caller, so it has the stores of the caller.
    const process = this.create(script, undefined, storesOfNow())
    process.withoutCrashReport = true
    return new Promise((resolve, reject) => {
      new Completion(process, (reason) => {
        if (value !== undefined && reason === 'normal') resolve(value.value)
        else reject(failureOf(process.pid, reason))
      })
      process.wake()
    })
  }

  /** Spawns a script. Inside a process, the function `spawn` does the same. */
  spawn(fn: () => unknown, options: SpawnOptions = NO_OPTIONS): Pid {
    checkSpawn('spawn', fn, options)
    return this.launch(new Script(fn), options)
  }

  /** Spawns a reactive process: the basis of GenServer and all other processes whose handler is called per message. */
  spawnBehaviour(behaviour: Behaviour, options: SpawnOptions = {}): Pid {
    checkKnown('spawnBehaviour', options, SPAWN_OPTIONS)
    return this.launch(behaviour, options)
  }

  /**
   * Starts a reactive process and waits for its init. OTP's `proc_lib:start`, `start_link` and `start_monitor`.
   *
   * @returns its pid, or `'ignore'` if the init returned that
   * @throws ALREADY_STARTED if the name is taken, START_FAILED with the reason, START_TIMEOUT
   */
  startBehaviour(behaviour: Behaviour, options: StartOptions = {}): Promise<Started | 'ignore'> {
    try {
      checkKnown('startBehaviour', options, START_OPTIONS)
      return Promise.resolve(this.startNow(behaviour, options))
    } catch (error) {
      return rejectedWith(error)
    }
  }

  /**
   * Does the same without a promise if the outcome is known at once; an error is then thrown. A promise would cost as much as the rest.
   * @internal
   */
  startNow(behaviour: Behaviour, options: StartOptions): Started | 'ignore' | Promise<Started | 'ignore'> {
    return startNow(this, behaviour, options)
  }

  /**
   * Sends a request and waits for its reply: the basis of `call`. The `handle` of the server gets a `CallRequest`.
   *
   * @throws CALL_NOPROC, CALL_TIMEOUT, CALL_SERVER_EXITED, CALL_SELF, CALL_CYCLE, CALL_ABORTED, MAILBOX_FULL, BAD_TIMEOUT
   */
  request(server: Pid | string, payload: unknown, options?: RequestOptions): Promise<unknown> {
    const place = currentPlace()
    const caller = processAt<Process>(place)
    try {
      if (caller !== undefined && !caller.alive) throw this.leftovers.refused(caller)
      const timeout = checkRequest(server, options)
      const target = typeof server === 'string' ? this.names.get(server) : routeOf<Process>(server)
      if (target === undefined || !target.alive)
        throw callError('CALL_NOPROC', server, payload, 'noproc', undefined)
      if (target === caller && callsItself(target))
        throw callError('CALL_SELF', server, payload, 'calling_self', undefined)
      refuseFired(options?.signal, server, payload)
      const isHandlers = caller?.inHandler(place) === true
      const call = new CallRequest(caller, target, handed(this, payload, caller, target), server, isHandlers)
      if (isHandlers) addWait(caller, call)
      else if (target.waits !== undefined && caller?.isAwaited === true) noteCallOfAwaited(caller, call)
      if (calls.hasSubscribers) observeCall(target, server, call)
      if (target.bound === undefined) target.deliver(call)
      else target.bound.take(target, call, options?.control === true)
      call.wait(timeout, options)
      return call.promise
    } catch (error) {
      if (calls.hasSubscribers) observeRefusal(this, server, payload, error)
      return rejectedWith(error)
    }
  }

  /**
   * Sends a message by the kernel and not as the current process: from outside any process, or during a death. Code of a
   * process uses the function `send`, which is fenced. A message that a full mailbox refuses is dropped and counted there.
   *
   * @throws NAME_UNKNOWN
   */
  send(to: Pid | string, message: unknown): void {
    if (typeof to !== 'string' && !(to instanceof Pid)) throw kernelError('BAD_DESTINATION', { value: to })
    const target = typeof to === 'string' ? this.names.get(to) : routeOf<Process>(to)
    if (target === undefined && typeof to === 'string') throw kernelError('NAME_UNKNOWN', { name: to })
    if (target === undefined) this.deadLetter(to, message)
    else target.offer(this.isolate(message))
  }

  /** Sends an exit signal as the current process; outside any process as the main process. @throws NOT_A_PID, PROCESS_DEAD */
  exit(pid: Pid, reason: ExitReason): true {
    checkPid(pid, 'exit(pid, reason)')
    this.touches(pid)
    routeOf<Process>(pid)?.exitSignal(this.actor().pid, reason, false, currentProcess<Process>())
    return true
  }

  whereis(name: string): Pid | undefined {
    return this.names.get(name)?.pid
  }

  registered(): string[] {
    return this.names.all()
  }

  isAlive(pid: Pid): boolean {
    checkPid(pid, 'isAlive')
    this.touches(pid)
    return routeOf<Process>(pid)?.atHand ?? false
  }

  /**
   * Calls `tell` once when a process, or one with a name, is ready: its init has ended, if it has an awaited one. It is called at once if that
   * is so already; for a pid also when the process has died. `tell` must not throw or wait. For a name that other code keeps, that code calls
   * `names.tell`.
   *
   * @returns a function that removes `tell`
   *
   * @internal
   */
  whenUp(who: string | Pid, tell: () => void): () => void {
    return this.names.expect(who, tell)
  }

  /** All living processes, the oldest first. @param after only processes with a higher id */
  processes(after = 0): Pid[] {
    checkId(after, 'processes')
    const pids: Pid[] = []
    for (let at = this.#newest; at !== undefined && at.pid.id > after; at = at.prevProcess)
      if (at !== this.#main) pids.push(at.pid)
    return pids.reverse()
  }

  /** The living process with an id. It searches all processes, the newest first. */
  find(id: number): Pid | undefined {
    checkId(id, 'find')
    for (let at = this.#newest; at !== undefined && at.pid.id >= id; at = at.prevProcess)
      if (at.pid.id === id) return at.pid
    return undefined
  }

  /** Resolves when no process is ready to run: all messages are handled that need no time or I/O. */
  async settled(): Promise<void> {
    do await turnOfLoop()
    while (!this.scheduler.idle)
  }

  /**
   * Adds a death observer to a process. Adding the same one again changes nothing.
   *
   * @returns false if the process is dead already
   *
   * @internal
   */
  witness(pid: Pid, witness: DeathObserver): boolean {
    const process = routeOf<Process>(pid)
    if (process?.alive !== true) return false
    const first = process.witnesses === undefined
    addDeathObserver(process, witness)
    if (first && process.isRemote) this.nodes?.observe(process)
    return true
  }

  /** @internal */
  unwitness(pid: Pid, witness: DeathObserver): void {
    const process = routeOf<Process>(pid)
    if (process !== undefined) removeDeathObserver(process, witness)
  }

  /**
   * Notes that the next action depends on whether a process is alive, or on other data that processes share. Only a stepped
   * kernel uses it, to know which steps depend on each other.
   *
   * @internal
   */
  touches(_thing: Pid | string, _what?: Touched): void {}

  /** Notes that a wait with signals begins or ends, which depends on whether one is aborted. @internal */
  dependsOn(_signals: Signals): void {}

  /**
   * Notes that a call is answered, or ended by a signal: the first of them counts, and a second has no effect.
   *
   * @internal
   */
  callEnds(_call: CallRequest): void {}

  /**
   * Whether reports of a kind are used. Reports of deaths and starts are made only then, since their text and fields cost more than the
   * death itself.
   *
   * @internal
   */
  hears(level: Report['level'], kind: string): boolean {
    return hasReportListeners() || isWanted(this.#reporter, level, kind)
  }

  /** Passes a report to the reporter and to the diagnostics channel. An error of the reporter is written to stderr and does not reach the caller. */
  report(report: Report): void {
    handOver(report, this.#reporter, this.clock)
    publishReport(this, report)
  }

  /** Replaces the reporter. */
  reportTo(reporter: Reporter): void {
    this.#reporter = reporter
  }

  /**
   * Makes an uncaught failure the exit reason of the process whose async context it comes from.
   *
   * @param promise the rejected promise; if its creator is known, that process is at fault
   * @returns false if the failure comes from no process, or from one of a kernel without containment
   *
   * @internal
   */
  contain(reason: unknown, promise?: unknown): boolean {
    const process = atFault<Process>(reason, promise)
    if (process?.kernel.contained === true) process.fail(reason)
    return process?.kernel.contained === true
  }

  // The members from here on are for the kernel's own files.

  /** The circle of calls that contains a call, as far as it is known; `undefined` if there is none. @internal */
  readonly circleThrough = circleOf

  /** Counts and publishes a dead letter: a message that reaches nobody. @internal */
  deadLetter(to: unknown, message: unknown): void {
    this.deadLetters++
    publishDeadLetter(this, to, message)
    this.probe?.loses(currentProcess<Process>()?.pid, to, message)
  }

  /** The acting process: the current one; outside any process the main process. @internal */
  actor(): Process {
    const process = currentProcess<Process>() ?? this.main()
    if (!process.alive) throw this.leftovers.refused(process)
    return process
  }

  /** The main process, which represents the code outside all processes: it can link, monitor and receive, and its death fails the program. @internal */
  main(): Process {
    if (this.#main?.alive !== true)
      this.#main = this.createOutside({ exited: (reason) => this.mainExited(reason) }, 'main')
    return this.#main
  }

  /** Makes a process outside the scheduler and without a parent, which represents code that runs anyway. @internal */
  createOutside(body: Body, label: string): Process {
    const process = this.create(body, undefined, this.#stores)
    process.label = label
    process.adoptOutside()
    return process
  }

  /** Called when the main process was linked to a process that ended. @internal */
  protected mainExited(reason: ExitReason): void {
    failProgram(reason)
  }

  /** @internal */
  create(body: Body, parent: Pid | undefined, stores: Stores): Process {
    const process = this.incarnate(++this.#lastId, body, parent, stores)
    process.prevProcess = this.#newest
    if (this.#newest !== undefined) this.#newest.nextProcess = process
    this.#newest = process
    this.#count++
    publishSpawn(process)
    return process
  }

  /** @internal */
  protected newTimers(): TimerWheel {
    return new TimerWheel(this.clock, () => this.settled(), this.scheduler)
  }

  /** Makes the process object. A stepped kernel has its own class. @internal */
  protected incarnate(id: number, body: Body, parent: Pid | undefined, stores: Stores): Process {
    return newProcess(this, id, body, parent, stores)
  }

  /** @internal */
  launch(body: Body, options: SpawnOptions): Pid {
    const process = this.prepare(this.actor(), body, options, options.ancestry === true)
    process.wake()
    // Its init is not awaited, so it is ready.
    this.names.up(process)
    return process.pid
  }

  /** Makes a process that has not run and is not in the queue. @internal */
  prepare(
    spawner: Process,
    body: Body,
    { name, link, label, mailbox, stores = spawner.stores }: SpawnOptions,
    ancestry: boolean,
  ): Process {
    const bound = mailbox === undefined ? undefined : new MailboxLimit(mailbox)
    if (typeof name === 'object') this.#checkKept(name)
    else if (name !== undefined) this.names.check(name)
    const process = this.create(body, spawner.pid, stores)
    if (typeof name === 'object') registerVia(name, process)
    else if (name !== undefined) this.names.register(name, process)
    if (link === true) addLink(spawner, process)
    if (ancestry) process.ancestry = ancestryUnder(spawner)
    process.label = label
    process.bound = bound
    return process
  }

  /** The process that has a name. @throws NAME_INVALID for an object that is no name keeper @internal */
  ownerOf(name: string | NameKeeper): Pid | undefined {
    if (typeof name !== 'object') return this.names.get(name)?.pid
    if (typeof name?.whereis !== 'function') throw kernelError('NAME_INVALID', { name })
    return name.whereis()
  }

  #checkKept(name: NameKeeper): void {
    const owner = this.ownerOf(name)
    if (owner !== undefined) throw kernelError('NAME_TAKEN', { name, owner })
  }

  /** @internal */
  isolate<T>(message: T): T {
    return isolated(message, this.#messages)
  }

  /** Removes a dead process from the names and from the list. @internal */
  forget(process: Process): void {
    publishExit(process)
    this.names.release(process)
    const { prevProcess, nextProcess } = process
    if (prevProcess !== undefined) prevProcess.nextProcess = nextProcess
    if (nextProcess !== undefined) nextProcess.prevProcess = prevProcess
    else this.#newest = prevProcess
    this.#count--
  }

  /** @internal */
  strayFailure(process: Process, thrown: unknown): void {
    this.strayFailures++
    this.leftovers.failed(process, thrown)
  }
}

makesDefaultKernel(() => new Kernel())
