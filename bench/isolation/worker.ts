/** What runs isolated in these measurements. */
import { Call, Cast, GenServer, type Pid, send } from 'heartwood'

@GenServer({ isolate: 'thread', module: import.meta.url })
export class Worker {
  #count = 0
  #expected = 0
  #main: Pid | undefined

  @Call() add(by: number): number {
    this.#count += by
    return this.#count
  }

  /** Has whoever waits told when the count is there. */
  @Call() expect(count: number, main: Pid): void {
    this.#expected = count
    this.#main = main
  }

  @Cast() count(by: number): void {
    this.#count += by
    if (this.#count === this.#expected && this.#main !== undefined) send(this.#main, { counted: this.#count })
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
