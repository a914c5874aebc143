import {
  Call,
  cancelTimer,
  currentKernel,
  disown,
  GenServer,
  Info,
  inject,
  own,
  type Reference,
  ref,
  self,
  send,
  sendAfter,
} from 'heartwood'
import { type CheckResult, check, type OwnFault } from '../checks/check.js'
import { CheckTimeout } from '../checks/failure.js'
import { Ownerships } from '../ownerships.js'
import type { ResolverAnswers } from '../resolver.js'
import type { AskedTarget } from '../target.js'
import { BodyReadings } from './body-readings.js'
import { Faults } from './faults.js'
import { checkerName } from './names.js'
import { PubSub } from './pub-sub.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** The injection token of the `fetch` that checks are made with. */
export const FETCH = Symbol('pulse.fetch')

/** The injection token of the {@link ResolverAnswers}. */
export const RESOLVER = Symbol('pulse.resolver')

const CHECK = 'check'

/** How soon it is looked again, in ms, where the target may be another Pulse's to check. */
const PAUSE = 1_000

/** What a checker is told. */
export interface Assignment {
  readonly target: AskedTarget
  /** Milliseconds until its first check, so that many checkers do not ask all at once. */
  readonly after: number
}

/** A check on its way. */
interface Attempt {
  readonly number: number
  readonly startedAt: number
  readonly abort: AbortController
  readonly timer: Reference
}

interface Checked {
  readonly kind: 'checked'
  readonly result: CheckResult | OwnFault
}

interface Expired {
  readonly kind: 'expired'
  readonly attempt: number
}

/**
 * Checks one target again and again.
 *
 * A request is not waited for: its end comes as a message, and so does the end of the patience with it. In between
 * the checker answers whoever asks. The request is this process's own: it is broken off when the process dies.
 */
@GenServer<Assignment>({ name: ({ target }) => checkerName(target.name) })
export class Checker extends Worker {
  #target!: AskedTarget
  #attempt: Attempt | undefined
  #checks = 0

  constructor(
    @inject(FETCH) private readonly fetch: typeof globalThis.fetch,
    @inject(RESOLVER) readonly resolverAnswers: ResolverAnswers,
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(BodyReadings) private readonly readings: BodyReadings,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init({ target, after }: Assignment): void {
    this.begin(checkerName(target.name))
    this.#target = target
    sendAfter(after, self(), CHECK)
  }

  /** How many checks this incarnation has finished. */
  @Call()
  checks(): number {
    return this.#checks
  }

  @Info(CHECK)
  protected onCheck(): void {
    const me = self()
    // One look at the clock: a Pulse that was stopped for too long finds out before it asks.
    if (!this.ownerships.mayAct(this.#target.name))
      return void sendAfter(Math.min(PAUSE, this.#target.interval), me, CHECK)
    const { clock } = currentKernel()
    const abort = own(new AbortController())
    const number = this.#checks + 1
    const expired: Expired = { kind: 'expired', attempt: number }
    const timer = sendAfter(this.#target.timeout, me, expired)
    this.#attempt = { number, startedAt: clock.now(), abort, timer }
    const { fetch, resolverAnswers } = this
    const { judge: judgeJson } = this.readings
    const tools = {
      fetch,
      resolverAnswers,
      judgeJson,
      now: () => clock.now(),
      wallTime: () => clock.wallTime(),
    }
    void check(this.#target, tools, abort.signal).then((result) => {
      const checked: Checked = { kind: 'checked', result }
      send(me, checked)
    })
  }

  @Info({ kind: 'expired' })
  protected onExpired({ attempt }: Expired): void {
    // A timer that had gone off already when it was cancelled is about a check of the past.
    if (this.#attempt?.number === attempt) this.#attempt.abort.abort(new CheckTimeout(this.#target.timeout))
  }

  @Info({ kind: 'checked' })
  protected onChecked({ result }: Checked): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    cancelTimer(attempt.timer)
    disown(attempt.abort)
    this.#attempt = undefined
    this.#checks += 1
    // What was found by one that has lost the target meanwhile counts for nothing.
    if (!this.ownerships.mayAct(this.#target.name)) {
      this.onCheck()
      return
    }
    if ('fault' in result) ref(PubSub).cast.publish({ kind: 'fault', fault: result })
    else {
      const marked = this.watched.marked(result)
      ref(PubSub).cast.publish({ kind: 'result', result: marked, rules: this.#target })
    }
    const elapsed = currentKernel().now() - attempt.startedAt
    sendAfter(Math.max(0, Math.round(this.#target.interval - elapsed)), self(), CHECK)
  }
}
