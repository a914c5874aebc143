import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { ExitReason } from '../../kernel/index.js'
import type { Assignment } from './assignment.js'
import { THREAD_SOURCE } from './bootstrap.js'
import { type PortMessage, postTo, type Runtime, type RuntimeOwner } from './port.js'

const MEGABYTE = 1_048_576

/** A thread of this program. */
export class ThreadRuntime implements Runtime {
  readonly #worker: Worker
  readonly #owner: RuntimeOwner
  /** One of ours: to `parentPort` any code in the thread may post, and libraries do. */
  readonly #port: MessagePort
  #failure: { readonly reason: ExitReason } | undefined

  constructor(
    owner: RuntimeOwner,
    assignment: Assignment & { readonly key: string },
    heapLimit: number | undefined,
  ) {
    const { port1, port2 } = new MessageChannel()
    this.#owner = owner
    this.#port = port1
    this.#worker = new Worker(THREAD_SOURCE, {
      eval: true,
      name: assignment.node,
      workerData: { ...assignment, port: port2 },
      transferList: [port2],
      ...(heapLimit !== undefined && {
        resourceLimits: { maxOldGenerationSizeMb: Math.max(1, Math.ceil(heapLimit / MEGABYTE)) },
      }),
    })
    port1.on('message', (message: unknown) => owner.took(message))
    port1.on('messageerror', (error: Error) => owner.garbled(error))
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      const isFull = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.#failure = { reason: isFull ? { heapLimit } : error }
    })
    this.#worker.on('exit', (exitCode) => {
      this.#drain()
      owner.ended(this.#failure === undefined ? { exitCode } : this.#failure.reason)
    })
  }

  post(message: PortMessage, moves: readonly object[] = []): void {
    postTo(this.#port, message, moves)
  }

  kill(): void {
    void this.#worker.terminate()
  }

  hold(holds: boolean): void {
    for (const each of [this.#worker, this.#port]) {
      if (holds) each.ref()
      else each.unref()
    }
  }

  /** What it said last may not have been heard yet. */
  #drain(): void {
    try {
      for (let last = receiveMessageOnPort(this.#port); last !== undefined; ) {
        this.#owner.took(last.message)
        last = receiveMessageOnPort(this.#port)
      }
    } catch (error) {
      this.#owner.garbled(error)
    }
    this.#port.close()
  }
}
