/** Events of the starts of children, published on a diagnostics channel. */
import {
  currentKernel,
  type DeathObserver,
  type ExitReason,
  guardedChannel,
  type Kernel,
  type Pid,
  self,
} from '../../kernel/index.js'
import type { CheckedSpec } from '../child-spec.js'

/** The name of the channel on which the start of every child is published, once as it begins and once as it ends. */
export const SUPERVISOR_STARTS = 'heartwood.supervisor.start'

const starts = guardedChannel(SUPERVISOR_STARTS)

/** The event that is published when the start of a child begins, and when it has ended. */
export interface ChildStart {
  readonly kernel: Kernel
  readonly supervisor: Pid
  readonly spec: CheckedSpec
  /** The result of the start; `undefined` in the event of its begin. If the supervisor dies first, the start has failed. */
  readonly outcome: { readonly pid: Pid } | { readonly failed: ExitReason } | 'ignore' | undefined
}

/** The events of one start. Made only while the channel has subscribers. */
export class ToldStart implements DeathObserver {
  readonly #kernel = currentKernel()
  readonly #supervisor = self()
  #isOver = false

  constructor(private readonly spec: CheckedSpec) {
    this.#publish(undefined)
  }

  /** The start takes time. If the supervisor is killed meanwhile, none of its code may run again, so its death is observed. */
  waits(): void {
    this.#kernel.witness(this.#supervisor, this)
  }

  ended(outcome: ChildStart['outcome']): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#kernel.unwitness(this.#supervisor, this)
    this.#publish(outcome)
  }

  died(): void {
    this.ended({ failed: 'killed' })
  }

  #publish(outcome: ChildStart['outcome']): void {
    const event = { kernel: this.#kernel, supervisor: this.#supervisor, spec: this.spec, outcome }
    starts.publish(event satisfies ChildStart)
  }
}

/**
 * Publishes that a child of the current process starts.
 *
 * @returns an object that must be told the result; `undefined` while the channel has no subscribers
 */
export function tellStart(spec: CheckedSpec): ToldStart | undefined {
  return starts.hasSubscribers ? new ToldStart(spec) : undefined
}
