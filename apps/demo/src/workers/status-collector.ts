import { Call, GenServer, Info, inject, ref, self } from 'heartwood'
import { type Change, type TargetState, Verdict } from '../verdict.js'
import type { CertificateEvent, ResultEvent } from './events.js'
import { Faults } from './faults.js'
import { STATUS_COLLECTOR } from './names.js'
import { PubSub } from './pub-sub.js'
import { Worker } from './worker.js'

/** Where a target stands. */
export interface TargetStatus {
  readonly state: TargetState
  /** The time of the check that found it so first. */
  readonly since: number
  readonly reason?: string
  /** Whether it changes all the time. */
  readonly flapping: boolean
  /** When its TLS certificate ends, in epoch milliseconds. */
  readonly certificate?: number
}

/** All targets that were checked, and what happened lately. */
export interface StatusBoard {
  readonly targets: Readonly<Record<string, TargetStatus>>
  /** Newest first. */
  readonly changes: readonly Change[]
}

/** How many changes are remembered. */
const CHANGES = 8

/** Knows the latest state of every target, and publishes when it is another than before. */
@GenServer({ name: STATUS_COLLECTOR })
export class StatusCollector extends Worker {
  readonly #verdicts = new Map<string, Verdict>()
  readonly #certificates = new Map<string, number>()
  #changes: readonly Change[] = []

  constructor(@inject(Faults) faults: Faults) {
    super(faults)
  }

  init(): void {
    this.begin(STATUS_COLLECTOR)
    ref(PubSub).cast.subscribe(self(), ['result', 'certificate'])
  }

  @Call()
  board(): StatusBoard {
    const statuses = [...this.#verdicts.values()].map((verdict) => [verdict.target, this.#status(verdict)])
    return { targets: Object.fromEntries(statuses), changes: this.#changes }
  }

  @Info({ kind: 'result' })
  protected onResult({ result, rules }: ResultEvent): void {
    let verdict = this.#verdicts.get(result.target)
    if (verdict === undefined) {
      verdict = new Verdict(result.target, rules)
      this.#verdicts.set(result.target, verdict)
    }
    const { change, flapping } = verdict.judge(result)
    // First that it is flapping: the change that made it so is part of that.
    if (flapping !== undefined) ref(PubSub).cast.publish({ kind: 'flapping', flapping })
    if (change === undefined) return
    this.#changes = [change, ...this.#changes].slice(0, CHANGES)
    ref(PubSub).cast.publish({ kind: 'change', change })
  }

  @Info({ kind: 'certificate' })
  protected onCertificate({ seen: { target, validTo } }: CertificateEvent): void {
    this.#certificates.set(target, validTo)
  }

  #status({ target, state, since, reason, flapping }: Verdict): TargetStatus {
    const certificate = this.#certificates.get(target)
    return {
      state,
      since,
      flapping,
      ...(reason !== undefined && { reason }),
      ...(certificate !== undefined && { certificate }),
    }
  }
}
