import { markRaces } from './calls/awaited-by.js'
import { addWait, callsItself, circleOf } from './calls/call-cycle.js'
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
import { checkId, checkPid, notAFunction } from './errors/argument-checks.js'
import { kernelError } from './errors/errors.js'
import { checkKnown } from './errors/known-options.js'
import { KERNEL_OPTIONS, type KernelOptions } from './kernel-options.js'
import { MailboxLimit } from './mail/mailbox-limit.js'
import { isolated, type MessageIsolation } from './mail/message-isolation.js'
import { type NameKeeper, NameTable, registerVia } from './names/name-table.js'
import type { Probe } from './probe/probe.js'
import { newProcess } from './probe/probed-process.js'
import { ancestryUnder, type Behaviour, type Body } from './process/behaviour.js'
import { ExitSignalQueue } from './process/exit-signal-queue.js'
import type { Process } from './process/process.js'
import { Completion, failProgram, failureOf, Script } from './process/process-script.js'
import type { Touched } from './process/touched-state.js'
import type { Carrier, NodeIdentity } from './remote/carrier.js'
import type { Connection } from './remote/connection.js'
import { Nodes } from './remote/nodes.js'
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
import { type Started, startNow } from './start/process-start.js'
import {
  checkSpawn,
  NO_OPTIONS,
  SPAWN_OPTIONS,
  type SpawnOptions,
  START_OPTIONS,
  type StartOptions,
} from './start/spawn-options.js'
import type { ExitReason } from './terms/exit-reason.js'
import { Pid, routeOf } from './terms/pid.js'

/** A world of processes. Several can live in one program, each with its own names, clock and scheduler. */
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
  /** Where isolated servers run. */
  readonly isolation: 'real' | 'local'
  /** @internal */
  readonly names = new NameTable()
  /** The other kernels that it was joined with; undefined as long as there was none. @internal */
  nodes: Nodes | undefined = undefined
  /** @internal */
  readonly exitSignalQueue = new ExitSignalQueue()
  /** @internal */
  readonly leftovers = new LeftoverCode(this)
  /** @internal */
  readonly leftOpen = new LeftOpen(this)
  /** @internal */
  readonly incidents = new Incidents()
  /** Whether what its processes leave uncaught is made their exit reason, in a program that contains failures. @internal */
  contained = true
  /** Messages sent to processes that were dead. */
  deadLetters = 0
  /** How many look at it: without any, nothing is noted for them. @internal */
  observers = 0
  /** How many processes are having their first turn inside another's. @internal */
  nesting = 0
  /** Failures in code that outlived its process; nobody is harmed by them. */
  strayFailures = 0
  readonly #messages: MessageIsolation
  #reporter: Reporter
  #creation: number | undefined
  #lastId = 0
  #count = 0
  #newest: Process | undefined
  #main: Process | undefined
  /** Those of the application, and not of the request in which the first process happens to be started. */
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
    this.#creation = options.creation
    this.#reporter = options.report ?? stderrReporter(this.clock)
  }

  /** Which of all kernels that have had its name, one after the other, it is: its pids are not those of another. */
  get creation(): number {
    this.#creation ??= process.getBuiltinModule('node:crypto').randomInt(1, 2 ** 32)
    return this.#creation
  }

  /**
   * Joins it with another kernel, by a carrier that is up. From now on pids, names and aliases of each work in the other.
   *
   * @param peer who the other kernel is; one of that name which was joined before is gone
   * @returns what the carrier hands on what comes from there
   * @throws NODE_NAME when the other has no name, or the same
   */
  connect(carrier: Carrier, peer: NodeIdentity): Connection {
    return this.withNodes().connect(carrier, peer)
  }

  /** For whoever is to know other kernels. @internal */
  withNodes(): Nodes {
    this.nodes ??= new Nodes(this)
    return this.nodes
  }

  /**
   * What stands for whoever has that name in a kernel that this one was joined with; undefined for one that it does not know.
   * @internal
   */
  whoHas(name: string, node: string): Pid | undefined {
    const { nodes } = this
    if (nodes === undefined) return undefined
    return nodes.reachesOthers ? nodes.named(name, node).pid : nodes.current(node)?.holder(name).pid
  }

  /** Milliseconds on this kernel's clock. */
  now(): number {
    return this.clock.now()
  }

  /** How many processes are alive. */
  get processCount(): number {
    return this.#count
  }

  /** How many processes there ever were. */
  get spawned(): number {
    return this.#lastId
  }

  /**
   * Runs `fn` as a process of its own and hands over what becomes of it: how a program or a test enters a kernel.
   *
   * @returns what `fn` returns; rejects with the error it threw, or with PROCESS_EXITED when it was ended otherwise
   * @example
   * ```ts
   * const answer = await new Kernel().run(async () => {
   *   send(self(), 42)
   *   return receive()
   * })
   * ```
   */
  run<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    const runner = currentProcess()
    if (runner?.alive === false) return Promise.reject(this.leftovers.refused(runner))
    if (typeof fn !== 'function') return Promise.reject(notAFunction('run', fn))
    let value: { value: T } | undefined
    const script = new Script(fn, (result) => {
      value = { value: result as T }
    })
    // It is the caller's work, who waits for it.
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

  /** Spawns a script; from inside a process this is what the ambient `spawn` does. */
  spawn(fn: () => unknown, options: SpawnOptions = NO_OPTIONS): Pid {
    checkSpawn('spawn', fn, options)
    return this.launch(new Script(fn), options)
  }

  /** Spawns a reactive process: the ground of GenServer and of everything else that is called per message. */
  spawnBehaviour(behaviour: Behaviour, options: SpawnOptions = {}): Pid {
    checkKnown('spawnBehaviour', options, SPAWN_OPTIONS)
    return this.launch(behaviour, options)
  }

  /**
   * Starts a reactive process and waits for its init. OTP's `proc_lib:start`, `start_link` and `start_monitor`.
   *
   * @returns its pid, or `'ignore'` when the init said so
   * @throws ALREADY_STARTED when the name is taken, START_FAILED with the reason, START_TIMEOUT
   */
  startBehaviour(behaviour: Behaviour, options: StartOptions = {}): Promise<Started | 'ignore'> {
    try {
      checkKnown('startBehaviour', options, START_OPTIONS)
      return Promise.resolve(this.startNow(behaviour, options))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * As `startBehaviour`; what is known at once comes without a promise, or is thrown: a promise costs as much as the rest.
   * @internal
   */
  startNow(behaviour: Behaviour, options: StartOptions): Started | 'ignore' | Promise<Started | 'ignore'> {
    return startNow(this, behaviour, options)
  }

  /**
   * Sends a request and waits for its reply: what `call` is made of. The server's `handle` gets a `CallRequest`.
   *
   * @throws CALL_NOPROC, CALL_TIMEOUT, CALL_SERVER_EXITED, CALL_SELF, CALL_CYCLE, CALL_ABORTED, MAILBOX_FULL, BAD_TIMEOUT
   */
  request(server: Pid | string, payload: unknown, options?: RequestOptions): Promise<unknown> {
    const place = currentPlace()
    const caller = processAt(place)
    try {
      if (caller !== undefined && !caller.alive) throw this.leftovers.refused(caller)
      const timeout = checkRequest(server, options)
      const target = typeof server === 'string' ? this.names.get(server) : routeOf(server)
      if (target === undefined || !target.alive)
        throw callError('CALL_NOPROC', server, payload, 'noproc', undefined)
      if (target === caller && callsItself(target))
        throw callError('CALL_SELF', server, payload, 'calling_self', undefined)
      refuseFired(options?.signal, server, payload)
      const isHandlers = caller?.inHandler(place) === true
      const call = new CallRequest(caller, target, this.isolate(payload), server, isHandlers)
      if (isHandlers) addWait(caller, call)
      if (calls.hasSubscribers) observeCall(target, server, call)
      if (target.bound === undefined) target.deliver(call)
      else target.bound.take(target, call, options?.control === true)
      call.wait(timeout, options)
      return call.promise
    } catch (error) {
      if (calls.hasSubscribers) observeRefusal(this, server, payload, error)
      return Promise.reject(error)
    }
  }

  /**
   * Sends for the kernel and not as the current process: from outside, or from what happens inside a death. Code of a
   * process uses the ambient `send`, which is fenced. What a full mailbox
   * refuses is dropped, and counted there.
   *
   * @throws NAME_UNKNOWN
   */
  send(to: Pid | string, message: unknown): void {
    if (typeof to !== 'string' && !(to instanceof Pid)) throw kernelError('BAD_DESTINATION', { value: to })
    const target = typeof to === 'string' ? this.names.get(to) : routeOf(to)
    if (target === undefined && typeof to === 'string') throw kernelError('NAME_UNKNOWN', { name: to })
    if (target === undefined) this.deadLetter(to, message)
    else target.offer(this.isolate(message))
  }

  /** Sends an exit signal as the current process, or as the program's main one. @throws NOT_A_PID, PROCESS_DEAD */
  exit(pid: Pid, reason: ExitReason): true {
    checkPid(pid, 'exit(pid, reason)')
    this.touches(pid)
    routeOf(pid)?.exitSignal(this.actor().pid, reason, false, currentProcess())
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
    return routeOf(pid)?.atHand ?? false
  }

  /**
   * Has `tell` called once, when that process, or one of that name, is up: it is done with its init if it was started with
   * one. At once when it is; of a process also when it died. `tell` must not throw or wait. A name can be one that something
   * else keeps, which then calls `names.tell`.
   *
   * @returns what takes it back
   *
   * @internal
   */
  whenUp(who: string | Pid, tell: () => void): () => void {
    return this.names.expect(who, tell)
  }

  /** Every live process, oldest first. @param after only those younger than the process of this id */
  processes(after = 0): Pid[] {
    checkId(after, 'processes')
    const pids: Pid[] = []
    for (let at = this.#newest; at !== undefined && at.pid.id > after; at = at.prevProcess)
      if (at !== this.#main) pids.push(at.pid)
    return pids.reverse()
  }

  /** The live process of that id. It looks through the processes, the newest first. */
  find(id: number): Pid | undefined {
    checkId(id, 'find')
    for (let at = this.#newest; at !== undefined && at.pid.id >= id; at = at.prevProcess)
      if (at.pid.id === id) return at.pid
    return undefined
  }

  /** Resolves when nothing is ready to run: all messages handled that can be without time or I/O. */
  async settled(): Promise<void> {
    do await turnOfLoop()
    while (!this.scheduler.idle)
  }

  /**
   * Has `witness` told of the death of `pid`, in the moment it happens. The same witness twice counts once.
   *
   * @returns false when the process is dead already
   *
   * @internal
   */
  witness(pid: Pid, witness: DeathObserver): boolean {
    const process = routeOf(pid)
    if (process?.alive !== true) return false
    const first = process.witnesses === undefined
    addDeathObserver(process, witness)
    if (first && process.isRemote) this.nodes?.observe(process)
    return true
  }

  /** @internal */
  unwitness(pid: Pid, witness: DeathObserver): void {
    const process = routeOf(pid)
    if (process !== undefined) removeDeathObserver(process, witness)
  }

  /**
   * Told that what happens next depends on whether a process lives, or on something else that processes share: for a
   * kernel that must know what depends on what.
   *
   * @internal
   */
  touches(_thing: Pid | string, _what?: Touched): void {}

  /** Told when a wait that signals can end begins and when it ends: what happens depends on whether one has fired. @internal */
  dependsOn(_signals: Signals): void {}

  /**
   * Told when a call is answered, or ended by a signal: whoever comes first counts, and a second one changes nothing.
   *
   * @internal
   */
  callEnds(_call: CallRequest): void {}

  /**
   * Whether anybody has a use for reports of that sort. Those that come with each death and each start are made only then:
   * their text and their fields cost more than the death.
   *
   * @internal
   */
  hears(level: Report['level'], kind: string): boolean {
    return hasReportListeners() || isWanted(this.#reporter, level, kind)
  }

  /** Hands a report to the log. A log that fails is told on stderr, and fails nobody who reports. */
  report(report: Report): void {
    handOver(report, this.#reporter, this.clock)
    publishReport(this, report)
  }

  /** Sends reports elsewhere from now on. */
  reportTo(reporter: Reporter): void {
    this.#reporter = reporter
  }

  /**
   * Makes a failure that no code caught the exit reason of the process whose async context it comes from.
   *
   * @param promise the one whose rejection nobody handled; where it is known who made it, that one is at fault
   * @returns false when it comes from no process, or from one of a kernel on which nothing is contained
   *
   * @internal
   */
  contain(reason: unknown, promise?: unknown): boolean {
    const process = atFault(reason, promise)
    if (process?.kernel.contained === true) process.fail(reason)
    return process?.kernel.contained === true
  }

  // What follows is for the kernel's own files.

  /** The circle of calls that a call is in, as far as can be seen; undefined for none. @internal */
  readonly circleThrough = circleOf

  /** Counts and publishes a dead letter: a message that reaches nobody. @internal */
  deadLetter(to: unknown, message: unknown): void {
    this.deadLetters++
    publishDeadLetter(this, to, message)
    this.probe?.loses(currentProcess()?.pid, to, message)
  }

  /** The process that acts: the current one, or for code outside any process the program's main one. @internal */
  actor(): Process {
    const process = currentProcess() ?? this.main()
    if (!process.alive) throw this.leftovers.refused(process)
    return process
  }

  /** Stands for the code outside all processes: it can link, monitor and receive, and its death fails the program. @internal */
  main(): Process {
    if (this.#main?.alive !== true)
      this.#main = this.createOutside({ exited: (reason) => this.mainExited(reason) }, 'main')
    return this.#main
  }

  /** A process of nobody's that runs outside the scheduler: it stands for code that is there anyway. @internal */
  createOutside(body: Body, label: string): Process {
    const process = this.create(body, undefined, this.#stores)
    process.label = label
    process.adoptOutside()
    return process
  }

  /** Code outside all processes was linked to one that ended. @internal */
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

  /** The process object itself: a kernel whose steps are chosen has its own kind. @internal */
  protected incarnate(id: number, body: Body, parent: Pid | undefined, stores: Stores): Process {
    return newProcess(this, id, body, parent, stores)
  }

  /** @internal */
  launch(body: Body, options: SpawnOptions): Pid {
    const process = this.prepare(this.actor(), body, options, options.ancestry === true)
    process.wake()
    // Nobody waits for its init: it is up.
    this.names.up(process)
    return process.pid
  }

  /** Makes a process that has not run, and is not in the queue. @internal */
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

  /** @throws NAME_INVALID for a keeper that is none @internal */
  ownerOf(name: string | NameKeeper): Pid | undefined {
    if (typeof name !== 'object') return this.names.get(name)?.pid
    if (typeof name?.whereis !== 'function') throw kernelError('NAME_INVALID', { name })
    return name.whereis()
  }

  #checkKept(name: NameKeeper): void {
    const owner = this.ownerOf(name)
    if (owner !== undefined) throw kernelError('NAME_TAKEN', { name, owner })
  }

  /** Whether messages are not shared with their senders. @internal */
  get isolates(): boolean {
    return this.#messages !== 'share'
  }

  /** @internal */
  isolate<T>(message: T): T {
    return isolated(message, this.#messages)
  }

  /** The process is dead for everyone: off the names and the list. @internal */
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
