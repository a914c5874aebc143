import { CallRequest } from '../calls/pending-call.js'
import type { Stores } from '../context/async-scope.js'
import { currentProcess } from '../context/current-process.js'
import type { Kernel } from '../kernel.js'
import type { SelfEnvelope } from '../mail/mailbox.js'
import { submit } from '../mail/mailbox-limit.js'
import type { Waiter } from '../mail/receive-waiter.js'
import type { Probe } from '../probe/probe.js'
import type { Body } from '../process/behaviour.js'
import { Process } from '../process/process.js'
import { isAskable } from '../show/index.js'
import { linksOf } from '../signals/link-table.js'
import type { ExitReason } from '../terms/exit-reason.js'
import { Pid } from '../terms/pid.js'
import { DownMessage, ExitMessage } from '../terms/signal-messages.js'
import type { Arrival } from './delivery-channel.js'
import type { FaultEffect } from './faults/fault-effect.js'
import type { AccessMode } from './notes/step-accesses.js'
import type { SharedSteps } from './shared-steps.js'
import type { Actor, StepListener } from './step-listener.js'
import { SteppedMailbox } from './stepped-mailbox.js'
import type { DeliveryOrder } from './stepped-options.js'

/** What its processes need of a stepped kernel: whom to tell what they do in a step. */
export interface StepsOfKernel extends Kernel {
  /** What it has in common with other kernels of the simulation. */
  readonly shared: SharedSteps
  readonly prefix: string
  readonly listener: StepListener | undefined
  readonly delivery: DeliveryOrder
  readonly stepNumber: number
  /** The key of the process whose step it is. */
  readonly actingKey: string
  readonly arrivals: Arrival[]
  readonly expecting: Set<SteppedProcess>
  note(thing: string, mode: AccessMode): void
  noteLink(one: string, other: string, mode: AccessMode): void
  begins(process: Actor): void
  ends(process: Actor, reason: ExitReason): void
  keyOf(pid: Pick<Pid, 'id'>): string
  lastOwnerOf(name: string): string
  nextOrder(): number
  doing(process: SteppedProcess): string
  placeHere(): string | undefined
}

const NONE: readonly string[] = []

/** A process of a stepped kernel: everything that is sent to it arrives in a step of its own. */
export class SteppedProcess extends Process implements Actor {
  declare readonly kernel: StepsOfKernel
  override readonly mailbox = new SteppedMailbox(
    () => this.kernel.note(`inbox ${this.key}`, 'read'),
    (envelope) => this.bound?.taken(this, envelope),
    (from, { step }) => this.kernel.arrivals.push({ key: `${from}>${this.key}`, to: this.key, sent: step }),
  )
  /** Whether it has had a step. */
  hasBegun = false
  /** The error that its handler must throw in this step. */
  effect: { readonly thrown: unknown } | undefined = undefined
  /** The fault of its `terminate`. */
  effectInTerminate: Extract<FaultEffect, { readonly what: `${string} in terminate` }> | undefined = undefined
  /** Whether it does nothing any more, by a fault. */
  hangs = false
  /** Whether it ignores orders to stop, by a fault. */
  isDeaf = false
  /** Whether its engine calls the probe of its kernel before each handler. */
  #engineTells = false
  #waitsAt: string | undefined = undefined
  /** The pause of a simulation that its code is in. */
  pausesIn: string | undefined = undefined
  #spawned = 0
  #title: string | undefined = undefined
  /** The keys of the processes whose state its code has got hold of. */
  #borrowed: Set<string> | undefined = undefined

  constructor(
    kernel: StepsOfKernel,
    id: number,
    body: Body,
    parent: Pid | undefined,
    stores: Stores,
    readonly key: string,
  ) {
    super(kernel, id, body, parent, stores)
  }

  get title(): string {
    this.#title ??= this.kernel.shared.titles.of(this)
    return this.#title
  }

  /** From now on its steps count as touching the state of that process, too. */
  borrows(key: string): void {
    this.#borrowed ??= new Set()
    this.#borrowed.add(key)
  }

  /** Notes that its code runs, or that its next action has changed. */
  noteState(): void {
    this.kernel.note(`state ${this.key}`, 'write')
    for (const key of this.#borrowed ?? NONE) this.kernel.note(`state ${key}`, 'write')
  }

  /** Returns the key of the next process that it spawns. */
  nextKey(): string {
    this.#spawned++
    return `${this.key}.${this.#spawned}`
  }

  /** Whether it would handle a message now, and not keep it for later. */
  get receptive(): boolean {
    return this.hasBegun && this.alive && (!this.busy || this.waiter !== undefined)
  }

  override turn(): boolean {
    if (!this.hasBegun) this.kernel.begins(this)
    this.hasBegun = true
    this.mailbox.allowance = 1
    const continues = super.turn()
    this.mailbox.allowance = 0
    if (this.receptive && !this.busy && this.mailbox.length > 0) this.wake()
    return continues
  }

  override deliver(message: unknown, offered?: boolean): void {
    const { kernel } = this
    const sender = this.#senderOf(message)
    kernel.note(`life ${this.key}`, 'read')
    // Arrived messages are counted, and there are several ways to make room.
    if (this.bound !== undefined) kernel.note(`state ${this.key}`, 'write')
    kernel.listener?.sent(sender, this, message)
    if (CallRequest.is(message)) kernel.note('watchers', 'merge')
    // A limited mailbox counts what has arrived.
    if (!this.alive || this.bound !== undefined) super.deliver(message, offered)
    else this.#post(sender, message, undefined)
  }

  /** Sends a late message on its way again. */
  comes(from: string, message: unknown): void {
    if (this.alive) this.#post(from, message, undefined)
    else super.deliver(message)
  }

  /** Called when a message arrives in the mailbox. */
  arrive(message: unknown): void {
    super.deliver(message)
  }

  /**
   * Lets messages arrive that it sent to itself. They arrive at once: messages of others arrive before them if they were sent earlier, and
   * never if they were sent later.
   *
   * @param order the position of the message behind them
   */
  arriveOwn(order = Number.POSITIVE_INFINITY): void {
    for (const parcel of this.mailbox.takeFrom(this.key, order)) super.deliver(parcel.message)
  }

  /** A receive with a time-out of 0 finds everything that was sent before: code that flushes a mailbox relies on it. */
  override receive(waiter: Waiter, timeout: number): Promise<unknown> {
    if (timeout > 0 || waiter.yields) this.#waitsAt = this.kernel.placeHere()
    else this.#arriveAll()
    // A sleep of 0 ms gives the others a turn; a longer one ends only by its timer.
    if (timeout > 0) waiter.yields = false
    return super.receive(waiter, timeout)
  }

  override receivesAllSent(): void {
    this.#arriveAll()
  }

  override probeOfEngine(): Probe | undefined {
    this.#engineTells = true
    return this.kernel.probe
  }

  /**
   * Sets the error that its code throws in this step.
   *
   * @returns false if it has no code that could throw
   */
  throwInHandler(thrown: unknown): boolean {
    if (this.#engineTells) this.effect = { thrown }
    return this.#engineTells
  }

  /** Lets its code continue after an `await`, in a step of its own, after what `from` sent it before. */
  resume(from: string, go: () => void, place?: string): void {
    if (!this.alive || from === this.key) go()
    else this.#post(from, undefined, go, place)
  }

  /** The place where its code waits in a receive, for a listener. */
  get waitsAt(): string | undefined {
    return this.waiter === undefined ? undefined : this.#waitsAt
  }

  override offer(message: unknown, mayWait = false): boolean {
    if (this.bound !== undefined) this.kernel.note(`state ${this.key}`, 'write')
    return super.offer(message, mayWait)
  }

  override post(letter: SelfEnvelope): PromiseLike<void> | undefined {
    return submit(this, letter)
  }

  override exitSignal(from: Pid, reason: ExitReason, linked: boolean, acting: Process | undefined): void {
    this.kernel.note(`state ${this.key}`, 'write')
    if (this.isDeaf && reason !== 'kill') return
    const felt = this.alive && !this.trapping && (reason !== 'normal' || !linked)
    if (felt) this.kernel.listener?.signalled(this.kernel.keyOf(from), this, reason)
    super.exitSignal(from, reason, linked, acting)
  }

  override die(reason: ExitReason): void {
    if (!this.alive) return
    const { kernel } = this
    kernel.note(`state ${this.key}`, 'write')
    kernel.note(`life ${this.key}`, 'write')
    kernel.note('deaths', 'merge')
    if (this.witnesses !== undefined) kernel.note('witnesses', 'write')
    this.#noteMonitors()
    for (const other of linksOf<SteppedProcess>(this)) kernel.noteLink(this.key, other.key, 'write')
    kernel.listener?.died(this, reason)
    kernel.ends(this, reason)
    // It has no mailbox any more after its exit signals are sent.
    const { mailbox } = this
    super.die(reason)
    mailbox.abandon()
  }

  override bury(): void {
    // This can be long after the death, when its resources are closed.
    this.kernel.note(`life ${this.key}`, 'write')
    super.bury()
  }

  /**
   * Notes its monitors. The processes that it watches or waits for cannot send it anything from now on: what they do next could have come
   * before.
   */
  #noteMonitors(): void {
    const { kernel } = this
    if (this.monitors !== undefined || this.monitoredBy !== undefined) kernel.note('watchers', 'merge')
    for (let at = this.monitors; at !== undefined; at = at.nextOwned) {
      const { target } = at
      if (!(target instanceof SteppedProcess)) continue
      if (at.tag === 'CALL' || at.tag === 'START') kernel.note(`state ${target.key}`, 'write')
      else kernel.note(`life ${target.key}`, 'read')
    }
    for (let at = this.monitoredBy; at !== undefined; at = at.nextWatching) {
      if (at.alias !== undefined) kernel.note('aliases', 'write')
      if (!(at.object instanceof Pid)) kernel.note('monitors by name', 'merge')
    }
  }

  #arriveAll(): void {
    // They cause nothing: without them the look would have been made too.
    for (const parcel of this.mailbox.arrivals()) super.deliver(parcel.message)
  }

  #post(sender: string, message: unknown, resume: (() => void) | undefined, place?: string): void {
    const { kernel } = this
    const ordered = kernel.delivery === 'ordered'
    // Only what is on its way by then can arrive before what it sends to itself.
    kernel.note(`inbox ${this.key}`, ordered || sender === this.key ? 'write' : 'merge')
    const parcel = { message, resume, step: kernel.stepNumber, order: kernel.nextOrder(), place }
    kernel.expecting.add(this)
    this.mailbox.post(ordered ? '' : sender, parcel)
  }

  #senderOf(message: unknown): string {
    const { kernel } = this
    const known = isAskable(message)
    if (known && message instanceof ExitMessage) return kernel.keyOf(message.from)
    if (known && message instanceof DownMessage) {
      const { object } = message
      return object instanceof Pid ? kernel.keyOf(object) : kernel.lastOwnerOf(object.name)
    }
    const current = currentProcess<Process>()
    return current instanceof SteppedProcess ? kernel.doing(current) : kernel.actingKey
  }
}
