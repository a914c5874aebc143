/** What runs isolated in these measurements. */
import { Call, Cast, GenServer, type Pid, send } from 'heartwood'

@GenServer({ isolate: 'thread', module: import.meta.url })
export class Worker {
  #count = 0

  @Call() add(by: number): number {
    this.#count += by
    return this.#count
  }

  @Cast() count(by: number, expected: number, main: Pid): void {
    this.#count += by
    if (this.#count === expected) send(main, { counted: expected })
  }

  /** Whole numbers below `most` that are prime, by trial: work that no engine removes. */
  @Call() primes(most: number): number {
    return primesBelow(most)
  }

  @Call() loop(): never {
    for (;;);
  }
}

export function primesBelow(most: number): number {
  let found = 0
  for (let n = 2; n < most; n++) {
    let at = 2
    while (at * at <= n && n % at !== 0) at++
    if (at * at > n) found++
  }
  return found
}
