import { cancelTimer, currentKernel, type Reference, self, sendAfter } from '../../kernel/index.js'
import { type CheckedBackoff, delayOf, type Wait } from '../restart-backoff.js'
import { TryAgain } from './supervisor-requests.js'

/** The waits of one child, in the process of its supervisor. */
export class Waits {
  /** The one that is on. */
  current: Wait | undefined = undefined
  #timer: Reference | undefined = undefined
  #attempts = 0
  #upSince: number | undefined = undefined

  constructor(private readonly backoff: CheckedBackoff) {}

  /** The child is up; from now on it may prove its health. */
  started(): void {
    this.#upSince = currentKernel().now()
  }

  /** Begins a wait; when it is over, the supervisor gets a `TryAgain` with it. */
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

  /** Ends the wait. A `TryAgain` that is on its way already carries a wait that is not the current one. */
  cancel(): void {
    if (this.#timer !== undefined) cancelTimer(this.#timer)
    this.#timer = undefined
    this.current = undefined
  }
}
