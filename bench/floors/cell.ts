/** What the servers of the scenarios hold. */
export class Cell {
  #value = 0

  add(by: number): number {
    this.#value += by
    return this.#value
  }

  /** Calls `done` when all have come. */
  expect(by: number, expected: number, done: (seen: number) => void): void {
    this.#value += by
    if (this.#value === expected) done(this.#value)
  }

  value(): number {
    return this.#value
  }
}
