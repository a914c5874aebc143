/** What became of the requests of each kind of client. */

/** A client finds no instance behind this address any more: the port is closed, or the balancer has taken it out. */
export class Elsewhere extends Error {
  readonly code = 'ELSEWHERE'
}

/** Whether no connection was made, so that no request could be lost. */
export function isElsewhere(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'ELSEWHERE' || code === 'ECONNREFUSED'
}

/** Of one kind of client. */
interface Counts {
  answered: number
  cut: number
  /** Told that a connection ends, where a client can see that. */
  told: number
  /** Refused by the client's own library before anything was sent; it was sent on a new connection then. */
  unsent: number
  /** Sent, and not begun: it met a GOAWAY frame on its way; it was sent on a new connection then. */
  crossed: number
  /** Found no connection. */
  elsewhere: number
}

const COLUMNS = ['answered', 'cut', 'told', 'unsent', 'crossed', 'elsewhere'] as const

export class Tally {
  readonly #kinds = new Map<string, Counts>()
  readonly #failures = new Map<string, number>()

  of(kind: string): Counts {
    let counts = this.#kinds.get(kind)
    if (counts === undefined) {
      counts = { answered: 0, cut: 0, told: 0, unsent: 0, crossed: 0, elsewhere: 0 }
      this.#kinds.set(kind, counts)
    }
    return counts
  }

  fail(kind: string, error: unknown): void {
    const counts = this.of(kind)
    if (isElsewhere(error)) {
      counts.elsewhere++
      return
    }
    counts.cut++
    const what = `${kind}: ${(error as { code?: unknown }).code ?? ''} ${(error as Error).message}`
    this.#failures.set(what, (this.#failures.get(what) ?? 0) + 1)
  }

  add(other: Tally): void {
    for (const [kind, theirs] of other.#kinds) {
      const ours = this.of(kind)
      for (const column of COLUMNS) ours[column] += theirs[column]
    }
    for (const [what, times] of other.#failures)
      this.#failures.set(what, (this.#failures.get(what) ?? 0) + times)
  }

  get requests(): number {
    return this.sum('answered') + this.sum('cut')
  }

  sum(what: keyof Counts): number {
    let sum = 0
    for (const counts of this.#kinds.values()) sum += counts[what]
    return sum
  }

  /** A line for each kind of client, and one for each way in which requests were cut off. */
  get lines(): readonly string[] {
    const row = (name: string, cells: readonly (string | number)[]): string =>
      `  ${name.padEnd(20)}${cells.map((cell) => cell.toLocaleString('en').padStart(11)).join('')}`
    const rows = [...this.#kinds].map(([kind, counts]) =>
      row(
        kind,
        COLUMNS.map((column) => counts[column]),
      ),
    )
    const failures = [...this.#failures].map(([what, times]) => `  cut off ${times} times: ${what}`)
    return [row('', COLUMNS), ...rows, ...failures]
  }
}
