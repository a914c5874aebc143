/** What is published of the start of a child. */
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

/** What is published of the start of a child. */
export interface ChildStart {
  readonly kernel: Kernel
  readonly supervisor: Pid
  readonly spec: CheckedSpec
  /** How it ended; undefined as it begins. It ends with the supervisor at the latest, and has failed then. */
  readonly outcome: { readonly pid: Pid } | { readonly failed: ExitReason } | 'ignore' | undefined
}

/** Tells of one start that somebody watches. */
export class ToldStart implements DeathObserver {
  readonly #kernel = currentKernel()
  readonly #supervisor = self()
  #isOver = false

  constructor(private readonly spec: CheckedSpec) {
    this.#publish(undefined)
  }

  /** It takes time, in which the supervisor may be killed: nothing of it may ever run again then. */
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
 * @returns what is told how that goes on; undefined while nobody watches
 */
export function tellStart(spec: CheckedSpec): ToldStart | undefined {
  return starts.hasSubscribers ? new ToldStart(spec) : undefined
}
