/** How far a stream of tasks has come. */
export interface TaskStreamProgress {
  /** Tasks begun; as many elements of the source have been taken. */
  readonly started: number
  /** Tasks that run at the moment. */
  readonly running: number
  /** Tasks that gave a result. */
  readonly succeeded: number
  /** Tasks that crashed, were killed or ran out of time. */
  readonly failed: number
  /** Results the consumer has been given. */
  readonly delivered: number
}

/** Counts for one run of a stream; written by its keeper and its consumer, read by anyone. */
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
