import { cancelTimer, currentKernel, type Reference, self, sendAfter } from '../../kernel/index.js'
import { type CheckedBackoff, delayOf, type Wait } from '../restart-backoff.js'
import { TryAgain } from './supervisor-requests.js'

/** The waits of one child before its restarts (`backoff`). The timer belongs to the process of the supervisor. */
export class Waits {
  /** The wait that has begun; `undefined` when there is none. */
  current: Wait | undefined = undefined
  #timer: Reference | undefined = undefined
  #attempts = 0
  #upSince: number | undefined = undefined

  constructor(private readonly backoff: CheckedBackoff) {}

  /** Notes that the child runs. If it runs for `resetAfter`, the next wait is the shortest again. */
  started(): void {
    this.#upSince = currentKernel().now()
  }

  /** Begins a wait. At its end the supervisor gets a `TryAgain` message that contains the wait. */
  begin(child: unknown): Wait {
    this.cancel()
    const kernel = currentKernel()
    const now = kernel.now()
    const wasHealthy = this.#upSince !== undefined && now - this.#upSince >= this.backoff.resetAfter
    if (wasHealthy) this.#attempts = 0
    this.#upSince = undefined
    const delay = delayOf(this.backoff, this.#attempts++, kernel.random)
    const wait = { delay, retryAt: now + delay }
    this.current = wait
    this.#timer = sendAfter(delay, self(), new TryAgain(child, wait))
    return wait
  }

  /** Ends the wait. A `TryAgain` that was sent already is ignored, since its wait is no longer the current one. */
  cancel(): void {
    if (this.#timer !== undefined) cancelTimer(this.#timer)
    this.#timer = undefined
    this.current = undefined
  }
}
