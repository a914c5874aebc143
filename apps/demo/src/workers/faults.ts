/** Which workers are to fail when they start the next time. It outlives them: one and the same for all of Pulse. */
export class Faults {
  readonly #armed = new Set<string>()

  arm(worker: string): void {
    this.#armed.add(worker)
  }

  /** Whether the worker was armed; it is not any more. */
  disarm(worker: string): boolean {
    return this.#armed.delete(worker)
  }
}
