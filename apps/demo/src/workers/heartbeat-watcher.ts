import {
  Cast,
  cancelTimer,
  currentKernel,
  GenServer,
  Info,
  inject,
  type Reference,
  ref,
  self,
  sendAfter,
} from 'heartwood'
import type { CheckResult } from '../checks/check.js'
import { wordsOf } from '../checks/echo.js'
import { Journal } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import type { PushTarget } from '../target.js'
import { Faults } from './faults.js'
import { checkerName } from './names.js'
import { PubSub } from './pub-sub.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** What a target says of itself. */
export interface Heartbeat {
  readonly up: boolean
  /** In words, where it is not well. */
  readonly message?: string | undefined
}

/** How soon it is looked again, in ms, where the target may be another Pulse's to judge. */
const PAUSE = 1_000

interface Due {
  readonly kind: 'due'
  readonly number: number
}

/**
 * Waits for a target that tells by itself that all is well, such as a nightly job. Where no word comes within the interval
 * and its grace, the target is down, and is found so again once each interval.
 */
@GenServer<PushTarget>({ name: ({ name }) => checkerName(name) })
export class HeartbeatWatcher extends Worker {
  #target!: PushTarget
  #timer: Reference | undefined
  #number = 0
  /** When the last word came, in epoch milliseconds; of a target that was never heard, when it was first waited for. */
  #heardAt = 0

  constructor(
    @inject(Journal) private readonly journal: Journal,
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init(target: PushTarget): void {
    this.begin(checkerName(target.name))
    this.#target = target
    const now = this.#wallTime()
    const known = this.journal.get(this.#key)
    this.#heardAt = typeof known === 'number' ? known : now
    if (known !== this.#heardAt) this.journal.set(this.#key, this.#heardAt, target.name)
    const { waitedFor } = this.watched
    const since = waitedFor.get(target.name) ?? now
    waitedFor.set(target.name, since)
    // Nobody could tell anything while Pulse was not there: that time does not count.
    this.#waitSince(Math.max(since, this.#heardAt))
  }

  @Cast()
  beat({ up, message }: Heartbeat): void {
    const at = this.#wallTime()
    this.#hear(at)
    this.#keep()
    const reason = wordsOf(this.#target, message ?? 'it says so itself')
    this.#publish({ up, at, ...(!up && { reason }) })
  }

  @Info({ kind: 'due' })
  protected onDue({ number }: Due): void {
    // A timer that had gone off already when it was cancelled.
    if (number !== this.#number) return
    // Whether it was heard elsewhere meanwhile is not known before the claim can be reached.
    if (!this.ownerships.mayAct(this.#target.name)) {
      this.#wait(PAUSE)
      return
    }
    const at = this.#wallTime()
    const seconds = Math.round((at - this.#heardAt) / 1_000)
    this.#publish({ up: false, at, reason: `no word of it for ${seconds} s` })
    this.#wait(this.#target.interval)
  }

  #hear(at: number): void {
    this.#heardAt = at
    this.journal.set(this.#key, at, this.#target.name)
    this.#waitSince(at)
  }

  #waitSince(at: number): void {
    const { interval, grace } = this.#target
    // The clock may have been set back meanwhile.
    const passed = Math.max(0, this.#wallTime() - at)
    this.#wait(Math.max(0, interval + grace - passed))
  }

  /** After a kill, what was heard before would be too long ago. */
  #keep(): void {
    const error = this.journal.commit()
    if (error === undefined) return
    const message = 'that a target was heard could not be noted on the disk'
    const name = checkerName(this.#target.name)
    currentKernel().report({ level: 'warn', kind: 'journal', message, pid: self(), name, error })
  }

  #wait(milliseconds: number): void {
    if (this.#timer !== undefined) cancelTimer(this.#timer)
    this.#number += 1
    const due: Due = { kind: 'due', number: this.#number }
    this.#timer = sendAfter(milliseconds, self(), due)
  }

  #publish(found: Pick<CheckResult, 'up' | 'at' | 'reason'>): void {
    const result: CheckResult = { target: this.#target.name, latency: 0, ...found }
    ref(PubSub).cast.publish({ kind: 'result', result: this.watched.marked(result), rules: this.#target })
  }

  get #key(): string {
    return `beat/${this.#target.name}`
  }

  #wallTime(): number {
    return currentKernel().clock.wallTime()
  }
}
