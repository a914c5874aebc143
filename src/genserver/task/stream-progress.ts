/** The progress of a stream of tasks, as counts. */
export interface TaskStreamProgress {
  /** The tasks that were started. It is also the number of elements taken from the source. */
  readonly started: number
  /** The tasks that run now. */
  readonly running: number
  /** The tasks that returned a result. */
  readonly succeeded: number
  /** The tasks that crashed, were killed or timed out. */
  readonly failed: number
  /** The results that the consumer has received. */
  readonly delivered: number
}

/** The counts of one run of a stream. Its keeper and its consumer write them; anyone may read them. */
export class Progress {
  #started = 0
  #succeeded = 0
  #failed = 0
  #delivered = 0

  begun(): void {
    this.#started++
  }

  ended(succeeded: boolean): void {
    if (succeeded) this.#succeeded++
    else this.#failed++
  }

  delivered(): void {
    this.#delivered++
  }

  snapshot(): TaskStreamProgress {
    const started = this.#started
    const succeeded = this.#succeeded
    const failed = this.#failed
    return { started, running: started - succeeded - failed, succeeded, failed, delivered: this.#delivered }
  }
}
