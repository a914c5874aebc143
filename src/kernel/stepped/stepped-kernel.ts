/**
 * A kernel that does nothing by itself: it offers the steps that could come next, and makes the one that is chosen.
 *
 * A step is what one process does from the moment when it gets something (a message, a reply, its start, the end of a wait) until all its
 * code waits. What it sends is then on its way, in channels from process to process. Each channel keeps its order; which channel delivers
 * next is a choice too. Exit signals, links, monitors and names act at once, as in any kernel. The code that makes the steps must let all
 * microtasks run between two steps.
 */

import type { CallRequest, RequestOptions } from '../calls/pending-call.js'
import { nodeImmediate } from '../clock.js'
import type { Signals } from '../context/abort-signal-wait.js'
import type { Stores } from '../context/async-scope.js'
import { currentProcess } from '../context/current-process.js'
import { Kernel } from '../kernel.js'
import type { Behaviour, Body } from '../process/behaviour.js'
import type { Process } from '../process/process.js'
import type { Touched } from '../process/touched-state.js'
import type { Report, Reporter } from '../report/report.js'
import { Timer } from '../schedule/timer-wheel.js'
import type { Started } from '../start/process-start.js'
import type { StartOptions } from '../start/spawn-options.js'
import { placeOf, stackHere } from '../terms/code-place.js'
import type { ExitReason } from '../terms/exit-reason.js'
import { Pid, routeOf } from '../terms/pid.js'
import { answered } from './awaited-answer.js'
import type { Arrival, Channel } from './delivery-channel.js'
import { StepProbe } from './faults/step-probe.js'
import {
  Choice,
  CLOCK,
  choicesOf,
  DueChoice,
  type NextStep,
  pendingOf,
  receptiveOf,
  TimeoutChoice,
} from './next-step.js'
import { noteTouch } from './noted-touches.js'
import { CodeTimer } from './notes/code-timer.js'
import { NotedNames } from './notes/noted-names.js'
import { NotedSignals } from './notes/noted-signals.js'
import { NotedTimers } from './notes/noted-timers.js'
import { Accesses, type AccessMode } from './notes/step-accesses.js'
import { noteWait, pauseIn, type Waiting, waitOf } from './pending-waits.js'
import { SharedSteps } from './shared-steps.js'
import type { Actor, StepListener } from './step-listener.js'
import { type Readiness, StepQueue } from './step-queue.js'
import type { DeliveryOrder, SteppedKernelOptions } from './stepped-options.js'
import { SteppedProcess, type StepsOfKernel } from './stepped-process.js'
import { StepClock } from './time/step-clock.js'
import { StepTime } from './time/step-time.js'

const silent = (): void => {}

export class SteppedKernel extends Kernel implements StepsOfKernel {
  declare readonly clock: StepClock
  override readonly names: NotedNames = new NotedNames(this)
  declare readonly timers: NotedTimers
  readonly delivery: DeliveryOrder
  listener: StepListener | undefined = undefined
  readonly time: StepTime = new StepTime(this)
  /** What it has in common with other kernels of the simulation. */
  readonly shared: SharedSteps
  /** The prefix of the keys and titles of its processes; empty for the kernel of the program itself. */
  readonly prefix: string
  /** The accesses of the step so far. */
  accesses = new Accesses()
  /** The numbers of the steps that sent what this one took, or that made its process ready. */
  causes: number[] = []
  /** The messages that left their channels in this step. */
  arrivals: Arrival[] = []
  /**
   * The lists whose order some code has seen: additions to them do not commute any more. A search passes the same set to all its runs, and
   * begins anew when the set has grown.
   */
  readonly ordered: Set<string>
  /** The number of accesses of process code in this step; counted if `countsTouches` is set. */
  touched = 0
  countsTouches = false
  /** The time that a step may take, in milliseconds: a time-out fires among steps that could have taken as long. */
  readonly stepTime: number
  readonly #noting: boolean
  readonly #reported: Reporter
  readonly #queue: StepQueue
  readonly #living = new Set<SteppedProcess>()
  /** The processes to which something may be on its way. */
  readonly expecting = new Set<SteppedProcess>()
  readonly #firstId: number
  #texts = 0
  #acting: SteppedProcess | undefined = undefined
  readonly #quiet: (() => void)[] = []
  readonly #signals = new NotedSignals((thing, mode) => this.note(thing, mode))
  #roots = 0

  constructor(options: SteppedKernelOptions = {}) {
    const {
      delivery = 'pairs',
      epoch,
      report = silent,
      stepTime = 0,
      ordered = new Set(),
      noting = true,
      shared = new SharedSteps(),
      prefix = '',
      clock = new StepClock(epoch),
      ...rest
    } = options
    let readiness = (): Readiness => ({ order: 0, step: 0 })
    const queue = new StepQueue(() => readiness())
    const probe = new StepProbe()
    super({
      isolation: 'local',
      ...rest,
      report: silent,
      clock,
      scheduler: queue,
      probe,
    })
    this.shared = shared
    this.prefix = prefix
    this.#firstId = shared.nextIds()
    this.#queue = queue
    this.delivery = delivery
    this.#reported = report
    this.stepTime = stepTime
    this.#noting = noting
    this.ordered = ordered
    // All processes see in which order they are signalled.
    if (delivery === 'ordered') for (const list of ['links', 'watchers']) ordered.add(list)
    readiness = () => ({ order: this.nextOrder(), step: this.stepNumber })
  }

  /** Which step is being made, from 1; 0 before the first. */
  get stepNumber(): number {
    return this.shared.step
  }

  /** Returns a text that is unique in the simulation. */
  uniqueText(): string {
    return `${this.creation}-${++this.#texts}`
  }

  /** Sends the signals to other kernels. */
  sendOut(): void {
    for (const connection of this.#queue.outgoing.splice(0)) connection.turn()
  }

  /** Called when no process of this kernel is running. */
  rest(): void {
    this.#acting = undefined
  }

  /** The steps that could come next, the one that has been possible for longest first. */
  choices(): NextStep[] {
    return choicesOf(this, this.#queue.ready)
  }

  /** Returns the messages that are still on their way, and the keys of the processes that would take a message. */
  onTheWay(): { pending: Arrival[]; receptive: Set<string> } {
    return { pending: pendingOf(this.#living), receptive: receptiveOf(this.#living) }
  }

  /** Makes a step. All microtasks must have run before the next step is requested. */
  make(step: NextStep): void {
    if (step instanceof DueChoice) {
      this.begin(undefined)
      this.listener?.timeUp(this.timers.whose(step.timer))
      this.time.fire(step.timer)
      return
    }
    if (step instanceof TimeoutChoice) {
      this.timers.possible += this.stepTime
      this.time.out(step.timer)
      return
    }
    const { actor, channel } = step as Choice
    this.beginFor(actor)
    if (channel === undefined) this.listener?.ran(actor, actor.waitsAt)
    else if (!this.#deliver(actor, channel)) return
    this.#queue.ready.delete(actor)
    actor.turn()
  }

  /**
   * Called when no process has anything to do: runs the tasks of the kernel; if there are none, lets processes continue that wait for the
   * others to be done. Returns false if there was neither.
   */
  doChores(): boolean {
    const chores = this.#queue.chores.splice(0)
    const waiting = chores.length > 0 ? [] : this.#quiet.splice(0)
    if (chores.length === 0 && waiting.length === 0) return false
    this.begin(undefined)
    // The youngest call in a circle is refused.
    if (chores.length > 0) this.ordered.add('waits')
    for (const chore of chores) chore.turn()
    for (const go of waiting) go()
    return true
  }

  /** Returns what each living process waits for. */
  waiting(): Waiting[] {
    return [...this.#living].map((actor) => ({ actor, waitsFor: waitOf(actor) }))
  }

  /** Returns the key of a process, dead or alive. */
  keyOf(pid: Pick<Pid, 'id'>): string {
    return this.shared.keys.get(pid?.id) ?? CLOCK
  }

  /** Returns the title of a living process. */
  titleOf(pid: Pid): string {
    return routeOf<SteppedProcess>(pid)?.title ?? String(pid)
  }

  /** Notes that the step touches a thing: it then depends on the other steps that touch it. */
  note(thing: string, mode: AccessMode): void {
    if (this.countsTouches && this.#current() !== undefined) this.touched++
    if (this.#noting) this.accesses.note(thing, mode === 'merge' && this.ordered.has(thing) ? 'write' : mode)
  }

  /** Does the same as `note` for a look at a list that shows its order. */
  noteOrder(list: string): void {
    this.ordered.add(list)
    this.note(list, 'read')
  }

  /** Lets the current process continue in a step of its own. */
  pause(): Promise<void> {
    const process = this.actor() as SteppedProcess
    const place = this.placeHere()
    return pauseIn(process, 'sim.pause()', (goOn) => process.resume(`${process.key} pause`, goOn, place))
  }

  /** Runs `go` in a step of the current process, after what it had so run before; for a dead process, when Node comes to it. */
  later(what: string, go: () => void): void {
    const process = this.#current()
    if (process?.alive === true) process.resume(`${process.key} ${what}`, go)
    else nodeImmediate(go)
  }

  /** Awaits a promise of another kernel, and lets the current process continue in a step of its own. */
  async awaits<T>(from: string, promise: Promise<T>): Promise<T> {
    const process = this.#current()
    if (process === undefined) return promise
    const place = this.placeHere()
    await promise.catch(() => {})
    await new Promise<void>((resolve) => process.resume(from, resolve, place))
    return promise
  }

  /** Lets the current process continue when no other process can before time passes. */
  quiet(): Promise<void> {
    const process = this.actor() as SteppedProcess
    const place = this.placeHere()
    return pauseIn(process, 'sim.quiet()', (goOn) => {
      this.#quiet.push(() => process.resume(CLOCK, goOn, place))
    })
  }

  /**
   * Calls `run` after `ms` milliseconds, as Node's timers do.
   *
   * @returns a function that cancels it
   */
  runAfter(ms: number, run: () => void): () => void {
    const timer = new Timer(new CodeTimer(this.#current(), run))
    this.timers.set(timer, ms)
    return () => void this.timers.cancel(timer)
  }

  override request(server: Pid | string, payload: unknown, options?: RequestOptions): Promise<unknown> {
    if (typeof server !== 'string' && server !== null && typeof server === 'object') this.touches(server)
    if (options?.signal !== undefined) this.dependsOn(options.signal)
    noteWait(this.#current())
    const target = typeof server === 'string' ? this.lastOwnerOf(server) : this.keyOf(server)
    return answered(this, this.#current(), super.request(server, payload, options), target)
  }

  override startNow(behaviour: Behaviour, options: StartOptions): Promise<Started | 'ignore'> {
    noteWait(this.#current())
    const begin = async (): Promise<Started | 'ignore'> => super.startNow(behaviour, options)
    return answered(this, this.#current(), begin(), undefined)
  }

  override run<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    return answered(this, this.#current(), super.run(fn), undefined)
  }

  override deadLetter(to: unknown, message: unknown): void {
    this.note('deaths', 'read')
    super.deadLetter(to, message)
  }

  /** All reports are made, since they belong to what happened. */
  override hears(): boolean {
    return true
  }

  override report(report: Report): void {
    this.#reported(report)
    super.report(report)
  }

  override actor(): Process {
    const process = super.actor()
    if (process instanceof SteppedProcess && process.kernel === this) this.doing(process)
    return process
  }

  override touches(thing: Pid | string, what: Touched = 'life'): void {
    if (typeof thing === 'string') this.note(thing, 'write')
    else if (this.shared.keys.has(thing?.id)) noteTouch(this, this.keyOf(thing), what)
  }

  override dependsOn(signals: Signals): void {
    this.#signals.asked(signals)
  }

  /**
   * Notes the end of a call. Any code may answer a call or abort it, and the first one counts; it has no effect if either side is dead. The
   * end also removes the monitor of the call from the server.
   */
  override callEnds({ object, caller, target }: CallRequest): void {
    // A call that waited for room has left the queue.
    if (target?.bound !== undefined) this.note(`state ${(target as SteppedProcess).key}`, 'write')
    const server = object instanceof Pid ? this.keyOf(object) : this.lastOwnerOf(object.name)
    this.note(`answers of ${server}`, 'write')
    this.note(`life ${server}`, 'read')
    this.note('watchers', 'merge')
    if (caller !== undefined) this.touches(caller)
  }

  override processes(after?: number): Pid[] {
    this.noteOrder('processes')
    return super.processes(after)
  }

  /** Does the same as `processes` for a look after the run. */
  left(): Pid[] {
    return super.processes()
  }

  override forget(process: Process): void {
    this.note('processes', 'merge')
    this.#living.delete(process as SteppedProcess)
    this.#queue.ready.delete(process as SteppedProcess)
    this.expecting.delete(process as SteppedProcess)
    super.forget(process)
  }

  /** Called when a process was made. It has no name yet. For kernels that record what lived. */
  born(_process: Actor): void {}

  /** Called before a process runs for the first time. */
  begins(_process: Actor): void {}

  /** Called immediately before the death of a process. */
  ends(_process: Actor, _reason: ExitReason): void {}

  // What follows is for the files of this folder.

  nextOrder(): number {
    return ++this.shared.order
  }

  lastOwnerOf(name: string): string {
    return this.names.lastOwners.get(name) ?? CLOCK
  }

  get actingKey(): string {
    return this.#acting?.key ?? CLOCK
  }

  /** Returns the place of the current code, if there is a listener. */
  placeHere(): string | undefined {
    return this.listener === undefined ? undefined : placeOf(stackHere())?.at
  }

  /** Notes an access to a link of two processes. */
  noteLink(one: string, other: string, mode: AccessMode): void {
    this.note(one < other ? `link ${one} ${other}` : `link ${other} ${one}`, mode)
    if (mode === 'write') this.note('links', 'merge')
  }

  /** Notes that code of a process runs in this step, even if the step is another one's. */
  doing(process: SteppedProcess): string {
    if (process !== this.#acting) process.noteState()
    return process.key
  }

  protected override newTimers(): NotedTimers {
    return new NotedTimers(this.clock, this)
  }

  protected override incarnate(count: number, body: Body, parent: Pid | undefined, stores: Stores): Process {
    const id = this.#firstId + count
    const spawner = this.#current()
    const process = new SteppedProcess(this, id, body, parent, stores, spawner?.nextKey() ?? this.#rootKey())
    this.shared.keys.set(id, process.key)
    this.#living.add(process)
    this.note('processes', 'merge')
    this.listener?.spawned(process, spawner?.key ?? CLOCK)
    this.born(process)
    return process
  }

  /** The current process, if it is one of this kernel. */
  #current(): SteppedProcess | undefined {
    const current = currentProcess<Process>()
    return current instanceof SteppedProcess && current.kernel === this ? current : undefined
  }

  #rootKey(): string {
    this.#roots++
    return `${this.prefix}${this.#roots === 1 ? 'main' : `outside.${this.#roots - 1}`}`
  }

  /** Called when a step of a process begins. */
  beginFor(actor: SteppedProcess): void {
    this.timers.possible += this.stepTime
    this.begin(actor)
    actor.noteState()
    const ready = this.#queue.ready.get(actor)
    if (ready !== undefined) this.causes.push(ready.step)
  }

  begin(actor: SteppedProcess | undefined): void {
    this.touched = 0
    this.shared.step++
    this.#acting = actor
    this.accesses = new Accesses()
    this.causes = []
    this.arrivals = []
  }

  /** Delivers the next parcel of a channel. Returns true if the process has a turn with it. */
  #deliver(actor: SteppedProcess, channel: Channel): boolean {
    for (let parcel = channel.take(); parcel !== undefined; parcel = channel.take()) {
      this.causes.push(parcel.step)
      if (parcel.resume !== undefined) {
        this.listener?.took(actor, channel.from, undefined, parcel.place)
        parcel.resume()
        return false
      }
      const { receptive } = actor
      if (!receptive) actor.arriveOwn(parcel.order)
      this.listener?.took(actor, channel.from, parcel, undefined)
      actor.arrive(parcel.message)
      this.arrivals.push({ key: `${channel.from}>${actor.key}`, to: actor.key, sent: parcel.step })
      // A busy process keeps the message, and awaits what comes behind it.
      if (receptive) return true
    }
    return false
  }
}

/** Returns the kernel of a step. */
export function kernelOf(step: NextStep): SteppedKernel {
  return (step as Choice | DueChoice | TimeoutChoice).kernel as SteppedKernel
}
