/**
 * A kernel that does nothing of itself: it offers the steps that could come next, and makes the one that is chosen.
 *
 * A step is what one process does from when it is given something (a message, a reply, its start, the end of a wait)
 * until all its code waits. What it sends is then on its way, in channels from process to process; each channel keeps
 * its order, and which of them delivers next is a choice too. Exit signals, links, monitors and names act at once, as
 * they do in any kernel. Whoever steps must let all microtasks run between two steps.
 */

import { nodeImmediate } from '../clock.js'
import { currentProcess } from '../context.js'
import { HeartwoodError } from '../errors.js'
import type { Behaviour, Body } from '../init.js'
import type { MessageIsolation } from '../isolation.js'
import { Kernel } from '../kernel.js'
import { type Pid, routeOf } from '../pid.js'
import type { Process } from '../process.js'
import type { ExitReason } from '../reason.js'
import type { Report, Reporter } from '../report.js'
import type { RequestOptions } from '../request.js'
import type { Stores } from '../scope.js'
import { printed } from '../show/index.js'
import type { StartOptions } from '../spawn-options.js'
import type { Started } from '../starter.js'
import { Accesses, type AccessMode } from './accesses.js'
import type { Channel } from './channel.js'
import { NotedNames } from './noted-names.js'
import { StepClock } from './step-clock.js'
import { StepQueue } from './step-queue.js'
import { type Actor, SteppedProcess } from './stepped-process.js'

/**
 * In which order messages arrive: `'pairs'` keeps the order from one process to another, which is all that OTP
 * promises; `'ordered'` has each message arrive before any sent later, as it is inside one kernel.
 */
export type DeliveryOrder = 'pairs' | 'ordered'

/** Told of what happens in the steps. Senders are keys. */
export interface StepListener {
  spawned(process: Actor, parent: string): void
  sent(from: string, to: Actor, message: unknown): void
  /** A call of `to` has its answer, and its code is about to go on. */
  answered(from: string, to: Actor, answer: unknown, failed: boolean): void
  signalled(from: string, to: Actor, reason: ExitReason): void
  died(process: Actor, reason: ExitReason): void
  /** `what` is undefined where code goes on that awaited something. */
  took(process: Actor, from: string, what: { readonly message: unknown } | undefined): void
  ran(process: Actor): void
  timePassed(): void
}

export interface SteppedKernelOptions {
  readonly delivery?: DeliveryOrder
  readonly messages?: MessageIsolation
  /** Told of every report, also when somebody has them sent elsewhere (`reportTo`). */
  readonly report?: Reporter
  readonly random?: () => number
  /** What `wallTime` says at the start, in milliseconds since 1970. */
  readonly epoch?: number
}

/** A step that could come next. */
export interface NextStep {
  /** The same in every run that gets here by the same steps of those it depends on. */
  readonly key: string
  readonly actor: Actor
  /** The key of whoever sent what it takes; undefined when it goes on by itself. */
  readonly from: string | undefined
}

class Choice implements NextStep {
  constructor(
    readonly actor: SteppedProcess,
    readonly channel: Channel | undefined,
    readonly order: number,
  ) {}

  get from(): string | undefined {
    return this.channel?.from
  }

  get key(): string {
    return this.channel === undefined ? this.actor.key : `${this.channel.from}>${this.actor.key}`
  }
}

/** What somebody waits for, when nobody has anything to do. */
export interface Waiting {
  readonly actor: Actor
  readonly waitsFor: string
}

const silent = (): void => {}

/** The key of what comes from no process: timers. */
const CLOCK = 'clock'

export class SteppedKernel extends Kernel {
  declare readonly clock: StepClock
  override readonly names: NotedNames = new NotedNames((thing, mode) => this.note(thing, mode))
  readonly delivery: DeliveryOrder
  listener: StepListener | undefined = undefined
  /** Which step is being made, from 1; 0 before the first. */
  stepNumber = 0
  /** What the step has touched so far. */
  accesses = new Accesses()
  /** The steps that sent what this one took. */
  causes: number[] = []
  readonly #reported: Reporter
  readonly #queue: StepQueue
  readonly #living = new Set<SteppedProcess>()
  readonly #keys = new Map<number, string>()
  readonly #titles = new Map<string, number>()
  #acting: SteppedProcess | undefined = undefined
  readonly #quiet: (() => void)[] = []
  #order = 0
  #roots = 0

  constructor(options: SteppedKernelOptions = {}) {
    const { delivery = 'pairs', epoch, report = silent, ...rest } = options
    let next = (): number => 0
    const queue = new StepQueue(() => next())
    super({ ...rest, report: silent, clock: new StepClock(epoch), scheduler: queue })
    this.#queue = queue
    this.delivery = delivery
    this.#reported = report
    next = () => this.nextOrder()
  }

  /** The steps that could come next, the one that has been possible for longest first. */
  choices(): NextStep[] {
    const choices: Choice[] = []
    for (const [process, order] of this.#queue.ready) choices.push(new Choice(process, undefined, order))
    for (const process of this.#living) {
      for (const channel of process.mailbox.channels.values()) {
        const [head] = channel.parcels
        if (head === undefined) continue
        if (process.receptive || channel.resumptions > 0)
          choices.push(new Choice(process, channel, head.order))
      }
    }
    return choices.sort((a, b) => a.order - b.order)
  }

  /** Makes a step; all microtasks must have run before the next is asked for. */
  make(step: NextStep): void {
    const { actor, channel } = step as Choice
    this.#begin(actor)
    this.note(`state ${actor.key}`, 'write')
    if (channel === undefined) this.listener?.ran(actor)
    else if (!this.#deliver(actor, channel)) return
    this.#queue.ready.delete(actor)
    actor.turn()
  }

  /**
   * When no process has anything to do: runs the kernel's own tasks, or else lets those go on who wait for the others to
   * be done. False when there was neither.
   */
  doChores(): boolean {
    const chores = this.#queue.chores.splice(0)
    const waiting = chores.length > 0 ? [] : this.#quiet.splice(0)
    if (chores.length === 0 && waiting.length === 0) return false
    this.#begin(undefined)
    for (const chore of chores) chore.turn()
    for (const go of waiting) go()
    return true
  }

  /** Lets time go on to the next timer. False when there is none. */
  passTime(): boolean {
    if (this.clock.next === undefined) return false
    this.#begin(undefined)
    this.clock.jump(() => this.listener?.timePassed())
    return true
  }

  /** What each living process waits for. */
  waiting(): Waiting[] {
    return [...this.#living].map((actor) => ({ actor, waitsFor: waitOf(actor) }))
  }

  /** The key of a process, dead or alive. */
  keyOf(pid: Pid): string {
    return this.#keys.get(pid?.id) ?? CLOCK
  }

  /** What a living process is called. */
  titleOf(pid: Pid): string {
    return (routeOf(pid) as SteppedProcess | undefined)?.title ?? String(pid)
  }

  /** Touching this thing makes a step depend on the others that touch it. */
  note(thing: string, mode: AccessMode): void {
    this.accesses.note(thing, mode)
  }

  /** Lets the current process go on in a step of its own. */
  pause(): Promise<void> {
    const process = this.actor() as SteppedProcess
    return new Promise((resolve) => process.resume(`${process.key} pause`, resolve))
  }

  /** Has `go` run in a step of the current process, after what it had so run before. Of a dead one, whenever Node comes to it. */
  later(what: string, go: () => void): void {
    const process = this.#current()
    if (process?.alive === true) process.resume(`${process.key} ${what}`, go)
    else nodeImmediate(go)
  }

  /** Lets the current process go on when no other can go on before time passes. */
  quiet(): Promise<void> {
    const process = this.actor() as SteppedProcess
    return new Promise((resolve) => {
      this.#quiet.push(() => process.resume(CLOCK, resolve))
    })
  }

  override request(server: Pid | string, payload: unknown, options?: RequestOptions): Promise<unknown> {
    if (typeof server !== 'string' && server !== null && typeof server === 'object') this.touches(server)
    const target = typeof server === 'string' ? this.lastOwnerOf(server) : this.keyOf(server)
    return this.#answered(super.request(server, payload, options), target)
  }

  override startNow(behaviour: Behaviour, options: StartOptions): Promise<Started | 'ignore'> {
    const begin = async (): Promise<Started | 'ignore'> => super.startNow(behaviour, options)
    return this.#answered(begin(), undefined)
  }

  override run<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    return this.#answered(super.run(fn), undefined)
  }

  override lose(to: unknown, message: unknown): void {
    this.note('deaths', 'read')
    super.lose(to, message)
  }

  /** What is reported belongs to what happened. */
  override hears(): boolean {
    return true
  }

  override report(report: Report): void {
    this.#reported(report)
    super.report(report)
  }

  override touches(thing: Pid | string): void {
    if (typeof thing === 'string') this.note(thing, 'write')
    else if (this.#keys.has(thing.id)) this.note(`life ${this.keyOf(thing)}`, 'read')
  }

  override processes(): Pid[] {
    this.note('processes', 'read')
    return super.processes()
  }

  override forget(process: Process): void {
    this.note('processes', 'merge')
    this.#living.delete(process as SteppedProcess)
    super.forget(process)
  }

  /** A process was made; it has no name yet. For kernels that keep what lived. */
  born(_process: Actor): void {}

  /** A process is about to run for the first time. */
  begins(_process: Actor): void {}

  /** A process is about to be dead. */
  ends(_process: Actor, _reason: ExitReason): void {}

  // What follows is for the files of this folder.

  nextOrder(): number {
    this.#order++
    return this.#order
  }

  lastOwnerOf(name: string): string {
    return this.names.lastOwners.get(name) ?? CLOCK
  }

  get actingKey(): string {
    return this.#acting?.key ?? CLOCK
  }

  /** Notes that code of a process runs in this step, though the step may be another's. */
  doing(process: SteppedProcess): string {
    if (process !== this.#acting) this.note(`state ${process.key}`, 'write')
    return process.key
  }

  titleFor({ name, label, key }: SteppedProcess): string {
    const title = name ?? (typeof label === 'string' && label !== '' ? label : key)
    const before = this.#titles.get(title) ?? 0
    this.#titles.set(title, before + 1)
    return before === 0 ? title : `${title}#${before + 1}`
  }

  protected override incarnate(id: number, body: Body, parent: Pid | undefined, stores: Stores): Process {
    const spawner = this.#current()
    const process = new SteppedProcess(this, id, body, parent, stores, spawner?.nextKey() ?? this.#rootKey())
    this.#keys.set(id, process.key)
    this.#living.add(process)
    this.note('processes', 'merge')
    this.listener?.spawned(process, spawner?.key ?? CLOCK)
    this.born(process)
    return process
  }

  /** The current process, if it is one of this kernel. */
  #current(): SteppedProcess | undefined {
    const current = currentProcess()
    return current instanceof SteppedProcess && current.kernel === this ? current : undefined
  }

  #rootKey(): string {
    this.#roots++
    return this.#roots === 1 ? 'main' : `outside.${this.#roots - 1}`
  }

  #begin(actor: SteppedProcess | undefined): void {
    this.stepNumber++
    this.#acting = actor
    this.accesses = new Accesses()
    this.causes = []
  }

  /** Hands over what comes next in a channel; true when the process has a turn with it. */
  #deliver(actor: SteppedProcess, channel: Channel): boolean {
    for (let parcel = channel.take(); parcel !== undefined; parcel = channel.take()) {
      this.causes.push(parcel.step)
      if (parcel.resume !== undefined) {
        this.listener?.took(actor, channel.from, undefined)
        parcel.resume()
        return false
      }
      this.listener?.took(actor, channel.from, parcel)
      const { receptive } = actor
      actor.arrive(parcel.message)
      // A process that is busy keeps the message, and awaits what comes behind it.
      if (receptive) return true
    }
    return false
  }

  /** What another process settles lets the one that awaits it go on in a step of its own. */
  #answered<T>(promise: Promise<T>, server: string | undefined): Promise<T> {
    const process = this.#current()
    if (process === undefined) return promise
    const answered = new Promise<T>((resolve, reject) => {
      promise.then(
        (value) => this.#answer(process, this.actingKey, () => resolve(value), value, false),
        (error: unknown) => {
          // Nobody may be left to await it.
          if (!process.alive) answered.catch(() => {})
          const exited = HeartwoodError.is(error, 'CALL_SERVER_EXITED') && server !== undefined
          this.#answer(process, exited ? server : this.actingKey, () => reject(error), error, true)
        },
      )
    })
    return answered
  }

  #answer(process: SteppedProcess, from: string, go: () => void, answer: unknown, failed: boolean): void {
    if (process.alive) this.listener?.answered(from, process, answer, failed)
    process.resume(from, go)
  }
}

function waitOf(process: SteppedProcess): string {
  const calls: string[] = []
  for (let at = process.monitors; at !== undefined; at = at.nextOwned) {
    const target = at.target
    if (!(target instanceof SteppedProcess) || at.tag === 'DOWN') continue
    const payload = 'payload' in at ? ` (${printed(at.payload)})` : ''
    calls.unshift(at.tag === 'START' ? `the init of ${target.title}` : `a reply of ${target.title}${payload}`)
  }
  if (calls.length > 0) return calls.join(' and ')
  const left = process.mailbox.length
  const unmatched = left === 0 ? '' : `, and none of the ${left} in its mailbox matches`
  if (process.waiter !== undefined) return `a message${unmatched}`
  if (process.busy) return 'a promise that is none of the kernel’s'
  return 'its next message, being idle'
}
