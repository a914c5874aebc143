import { inStores, type Stores, storesOfNow } from '../context/async-scope.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import type { Touched } from '../process/touched-state.js'
import { deliveries, deliverTimed } from '../report/diagnostics-channels.js'
import { type Expirable, Timer } from '../schedule/timer-wheel.js'
import { Reference } from '../terms/reference.js'
import { TimeoutMessage } from '../terms/signal-messages.js'

/** A message on its way in time; the object is the reference that cancels it. */
export class MessageTimer extends Reference implements Expirable {
  readonly #timer = new Timer(this)
  /** What AsyncLocalStorage stores held where it was set, for those who have something of that travel with messages. */
  declare setIn?: Stores

  constructor(
    private readonly kernel: Kernel,
    /** A process, or a name that is looked up when the time has come (semantics K85). */
    readonly destination: Process | string,
    private readonly message: unknown,
    private readonly tagged: boolean,
    /** The process has set it for itself: it comes however full the mailbox is. */
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

  /** Milliseconds left, or false when it fired, was cancelled, or its process died. */
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

/** The process died: what was on its way to it is off. */
export function dropTimers(process: Process): void {
  for (const timer of process.timers ?? []) timer.drop()
  process.timers = undefined
}
