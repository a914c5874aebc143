import type { ExitReason, Pid, Reference } from '../../kernel/index.js'
import { NO_RESTARTS, type RestartHistory } from '../../supervisor/index.js'
import type { KeyedWorker } from '../keyed/keyed-worker.js'
import type { HeldClaim } from '../ownership/claim.js'
import { type Answer, FRAMES, refused } from './frames.js'

/** What a key is doing on this node: it is claimed, its worker starts or runs or waits for a restart, it moves to another node, or ends. */
export type Phase = 'claiming' | 'starting' | 'running' | 'waiting' | 'moving' | 'ending'

/** What became of a key that was given away, see `HandOver.give`. */
export type Given = 'given' | 'kept' | 'lost' | 'not now'

/** A key of this node. */
export class Slot {
  phase: Phase = 'claiming'
  claim: HeldClaim | undefined
  worker: KeyedWorker | undefined
  pid: Pid | undefined
  ref: Reference | undefined
  restarts: RestartHistory = NO_RESTARTS
  /** Restarts in a row. */
  attempts = 0
  startedAt = 0
  /** Milliseconds that its inits took so far. They do not count into the period of its restarts: one that hangs would never exceed the intensity. */
  inits = 0
  readonly abort = new AbortController()
  /** What came for it while it moves. */
  readonly kept: unknown[] = []
  /** While it moves, what becomes of that. */
  moving: Promise<Given> | undefined
  /** While another node has it and has not said yet that it runs there: ends that wait. */
  taking: AbortController | undefined
  /** Nodes that do not take it, and will not. */
  readonly refusedBy = new Set<string>()
  #over = (): void => {}
  /** Resolves when it is not here any more. */
  readonly gone = new Promise<void>((resolve) => {
    this.#over = resolve
  })
  /** While its worker is in its init: told when that ends. */
  endedInInit: ((reason: ExitReason) => void) | undefined
  #claimed: (answer: Answer | undefined) => void = () => {}
  /** Resolves when its claim is there, or with why it is not to be had. */
  readonly claimed = new Promise<Answer | undefined>((resolve) => {
    this.#claimed = resolve
  })
  #waiting: ((answer: Answer) => void)[] = []

  constructor(
    readonly key: string,
    /** What the one before it has handed over. */
    public state: Uint8Array | undefined,
    /** The nodes on which it does not stay up. */
    readonly tried: readonly string[],
  ) {}

  /** Where it is, once that is known. */
  answer(): Promise<Answer> {
    if (this.phase === 'running' && this.pid !== undefined)
      return Promise.resolve({ v: FRAMES, pid: this.pid })
    if (this.phase === 'moving') return Promise.resolve(refused('moving'))
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  owns(claim: HeldClaim): void {
    this.claim = claim
    this.#claimed(undefined)
  }

  runs(pid: Pid, worker: KeyedWorker, now: number): void {
    this.phase = 'running'
    this.pid = pid
    this.worker = worker
    this.startedAt = now
    this.#settle({ v: FRAMES, pid })
  }

  /** It is not, or no longer, here. */
  over(answer: Answer): void {
    this.#claimed(answer)
    this.#settle(answer)
    this.#over()
  }

  #settle(answer: Answer): void {
    for (const resolve of this.#waiting.splice(0)) resolve(answer)
  }
}
