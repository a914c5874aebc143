import { currentProcess } from '../context/current-process.js'
import { runOutside } from '../context/no-process.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import type { Pid } from '../terms/pid.js'

/**
 * Runs code that disposes of something as a process of its own. Its owner is dead by then, and left-over code cannot act; but a repository
 * that is flushed may have to call a worker, or to wait.
 */
export class Disposal {
  #pid: Pid | undefined
  #isGivenUp = false

  constructor(private readonly kernel: Kernel) {}

  /** @returns what `dispose` returns; rejects with what it threw, or with PROCESS_EXITED when something that it began failed */
  run<T>(dispose: () => T | PromiseLike<T>): Promise<T> {
    const run = (): Promise<T> =>
      this.kernel.run(() => {
        this.#pid = currentProcess<Process>()?.pid
        return dispose()
      })
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => {
        // It was ended on purpose: that is not reported.
        if (!this.#isGivenUp) reject(error)
      }
      runOutside(() => void run().then(resolve, failed))
    })
  }

  /** Ends the process, since nobody waits for it any more. */
  giveUp(): void {
    this.#isGivenUp = true
    if (this.#pid !== undefined) this.kernel.exit(this.#pid, 'kill')
  }
}
