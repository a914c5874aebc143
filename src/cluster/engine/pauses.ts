/** Pauses between attempts: each twice the last one, up to a limit, and jittered, so that nodes do not come all at once. */
export class Pauses {
  #count = 0

  constructor(
    private readonly first: number,
    private readonly longest: number,
    private readonly random: () => number,
  ) {}

  /** Milliseconds until the next attempt. */
  next(): number {
    const whole = Math.min(this.longest, this.first * 2 ** this.#count)
    if (whole < this.longest) this.#count++
    return whole * (0.5 + this.random() / 2)
  }

  reset(): void {
    this.#count = 0
  }
}
