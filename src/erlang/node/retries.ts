/**
 * When a node that was not found is looked for again. Whoever sends to it has it looked for each time; without a pause a loop that
 * sends would try thousands of times in a second.
 */

interface Failures {
  count: number
  /** Not before. */
  next: number
}

/** Failures in a row without a pause: a node that is started anew is found at once. */
const FREE = 2
const FIRST = 20
const LONGEST = 1_000
/** Milliseconds without an attempt after which nothing is held against a node any more. */
const FORGOTTEN = 30_000
/** Names may be made up by others. */
const MOST = 1_000

export class Retries {
  readonly #failed = new Map<string, Failures>()

  /** Milliseconds from now until it may be looked for. */
  pause(node: string, now: number): number {
    return Math.max(0, (this.#failed.get(node)?.next ?? 0) - now)
  }

  failed(node: string, now: number): void {
    const known = this.#failed.get(node)
    const count = known === undefined || now - known.next > FORGOTTEN ? 1 : known.count + 1
    const pause = count <= FREE ? 0 : Math.min(LONGEST, FIRST * 2 ** (count - FREE - 1))
    // Behind those that failed longer ago.
    this.#failed.delete(node)
    this.#failed.set(node, { count, next: now + pause })
    const [oldest] = this.#failed.keys()
    if (this.#failed.size > MOST && oldest !== undefined) this.#failed.delete(oldest)
  }

  found(node: string): void {
    this.#failed.delete(node)
  }
}
