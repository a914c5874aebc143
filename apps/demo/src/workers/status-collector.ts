import { Call, GenServer, Info, inject, ref, self } from 'heartwood'
import type { Change, TargetState } from '../web/ports.js'
import type { ResultEvent } from './events.js'
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
  readonly #targets = new Map<string, TargetStatus>()
  #changes: readonly Change[] = []

  constructor(@inject(Faults) faults: Faults) {
    super(faults)
  }

  init(): void {
    this.begin(STATUS_COLLECTOR)
    ref(PubSub).cast.subscribe(self(), ['result'])
  }

  @Call()
  board(): StatusBoard {
    return { targets: Object.fromEntries(this.#targets), changes: this.#changes }
  }

  @Info({ kind: 'result' })
  protected onResult({ result: { target, at, up, reason } }: ResultEvent): void {
    const before = this.#targets.get(target)
    const state = up ? 'up' : 'down'
    const why = reason !== undefined && { reason }
    if (before?.state === state) {
      this.#targets.set(target, { state, since: before.since, ...why })
      return
    }
    this.#targets.set(target, { state, since: at, ...why })
    const change: Change = { target, from: before?.state ?? 'pending', to: state, at, ...why }
    this.#changes = [change, ...this.#changes].slice(0, CHANGES)
    ref(PubSub).cast.publish({ kind: 'change', change })
  }
}
