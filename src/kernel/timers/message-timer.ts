import { inStores, type Stores, storesOfNow } from '../context/async-scope.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import type { Touched } from '../process/touched-state.js'
import { deliveries, deliverTimed } from '../report/diagnostics-channels.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { Reference } from '../terms/reference.js'
import { TimeoutMessage } from '../terms/signal-messages.js'

/** A timer that sends a message. The object is also the reference by which it is cancelled. */
export class MessageTimer extends Reference implements Expirable {
  readonly #timer = new Timer(this)
  /** The AsyncLocalStorage stores at the time when it was set, if deliveries are observed. */
  declare setIn?: Stores

  constructor(
    private readonly kernel: Kernel,
    /** The receiver: a process, or a name that is looked up when the timer fires (semantics K85). */
    readonly destination: Process | string,
    private readonly message: unknown,
    private readonly tagged: boolean,
    /** Whether a process has set it for itself. Its message is then accepted by a full mailbox too. */
    private readonly own: boolean,
  ) {
    super()
  }

  start(ms: number): this {
    if (ms === 0) {
      this.#send()
      return this
    }
    if (deliveries.hasSubscribers) this.setIn = storesOfNow()
    this.kernel.timers.set(this.#timer, ms)
    if (typeof this.destination === 'string') return this
    this.destination.timers ??= new Set()
    this.destination.timers.add(this)
    return this
  }

  expired(): void {
    if (typeof this.destination !== 'string') this.destination.timers?.delete(this)
    if (!deliveries.hasSubscribers) this.#send()
    else inStores(this.setIn, () => deliverTimed(() => this.#send()))
  }

  /** The milliseconds that are left; false if it has fired, was cancelled, or its process has died. */
  read(): number | false {
    this.#touch('timers')
    return this.#timer.place < 0 ? false : this.kernel.timers.remaining(this.#timer)
  }

  cancel(): number | false {
    const left = this.read()
    this.#touch('timer taken back')
    if (left === false) return false
    this.drop()
    if (typeof this.destination !== 'string') this.destination.timers?.delete(this)
    return left
  }

  drop(): void {
    this.kernel.timers.cancel(this.#timer)
  }

  #touch(what: Touched): void {
    const { destination, kernel } = this
    if (typeof destination === 'string') kernel.touches(`timers of the name ${destination}`)
    else {
      kernel.touches(destination.pid)
      kernel.touches(destination.pid, what)
    }
  }

  #send(): void {
    const to =
      typeof this.destination === 'string' ? this.kernel.names.get(this.destination) : this.destination
    const message = this.tagged ? new TimeoutMessage(this, this.message) : this.message
    if (this.own) to?.deliver(message)
    else to?.offer(message)
  }
}

/** Cancels all timers to a process that died. */
export function dropTimers(process: Process): void {
  for (const timer of process.timers ?? []) timer.drop()
  process.timers = undefined
}
