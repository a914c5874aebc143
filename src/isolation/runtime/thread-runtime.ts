import { Worker } from 'node:worker_threads'
import type { ExitReason } from '../../kernel/index.js'
import type { Assignment } from './assignment.js'
import { THREAD_SOURCE } from './bootstrap.js'
import { type PortMessage, postTo } from './port.js'
import type { Runtime, RuntimeOwner } from './runtime.js'

const MEGABYTE = 1_048_576

/** A thread of this program. */
export class ThreadRuntime implements Runtime {
  readonly #worker: Worker
  #failure: { readonly reason: ExitReason } | undefined

  constructor(
    owner: RuntimeOwner,
    assignment: Assignment & { readonly key: string },
    heapLimit: number | undefined,
  ) {
    this.#worker = new Worker(THREAD_SOURCE, {
      eval: true,
      name: assignment.node,
      workerData: assignment,
      ...(heapLimit !== undefined && {
        resourceLimits: { maxOldGenerationSizeMb: Math.max(1, Math.ceil(heapLimit / MEGABYTE)) },
      }),
    })
    this.#worker.on('message', (message: PortMessage) => owner.took(message))
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.#failure = { reason: isFull ? { heapLimit } : error }
    })
    this.#worker.on('exit', (exitCode) =>
      owner.ended(this.#failure === undefined ? { exitCode } : this.#failure.reason),
    )
  }

  post(message: PortMessage, moves: readonly object[] = []): void {
    postTo(this.#worker, message, moves)
  }

  kill(): void {
    void this.#worker.terminate()
  }

  hold(holds: boolean): void {
    if (holds) this.#worker.ref()
    else this.#worker.unref()
  }
}
