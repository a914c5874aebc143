import { expect } from 'vitest'
import {
  type DownMessage,
  type ExitMessage,
  HeartwoodError,
  isDown,
  isExit,
  Kernel,
  type KernelOptions,
  type Pid,
  type Reference,
  type Report,
  receive,
  type SpawnOptions,
  spawn,
  VirtualClock,
} from '../../src/kernel/index.js'

/** A kernel of a test's own: time stands still until told to move, and reports are kept instead of printed. */
export interface World {
  readonly clock: VirtualClock
  readonly kernel: Kernel
  readonly reports: Report[]
}

export function world(options: KernelOptions = {}): World {
  const clock = new VirtualClock()
  const reports: Report[] = []
  return { clock, reports, kernel: new Kernel({ clock, report: (it) => reports.push(it), ...options }) }
}

/** The body of a test that runs as a process of a fresh world. */
export function inWorld(body: (world: World) => unknown, options?: KernelOptions): () => Promise<void> {
  return async () => {
    const made = world(options)
    await made.kernel.run(async () => {
      await body(made)
    })
  }
}

/** A script that waits for ever and leaves every message in its mailbox. */
export const idle = (): Promise<unknown> => receive((_: unknown): boolean => false)

/** Takes whatever is in the mailbox, without waiting. */
export async function drain(): Promise<unknown[]> {
  const taken: unknown[] = []
  for (;;) {
    const message = await receive({ timeout: 0, onTimeout: () => drain })
    if (message === drain) return taken
    taken.push(message)
  }
}

/** Fails when a message is waiting. */
export async function expectNoMessage(): Promise<void> {
  expect(await drain()).toEqual([])
}

export const exitOf =
  (pid: Pid) =>
  (message: unknown): message is ExitMessage =>
    isExit(message) && message.from === pid

export const downOf =
  (ref: Reference) =>
  (message: unknown): message is DownMessage =>
    isDown(message) && message.ref === ref

/** The code of the Heartwood error that `act` throws or rejects with; undefined when it succeeds. */
export async function codeOf(act: () => unknown): Promise<string | undefined> {
  try {
    await act()
  } catch (error) {
    if (HeartwoodError.is(error)) return error.code
    throw error
  }
  return undefined
}

class Order {
  readonly done: Promise<unknown>
  #settle!: (value: unknown) => void
  #refuse!: (error: unknown) => void

  constructor(readonly act: () => unknown) {
    this.done = new Promise((resolve, reject) => {
      this.#settle = resolve
      this.#refuse = reject
    })
  }

  async carryOut(): Promise<void> {
    try {
      this.#settle(await this.act())
    } catch (error) {
      // A kernel error is an answer; whatever else was thrown is the end of the puppet.
      if (HeartwoodError.is(error)) this.#refuse(error)
      else {
        this.#settle(undefined)
        throw error
      }
    }
  }
}

/** A process that does what the test tells it to, and leaves all other messages where they are. */
export class Puppet {
  readonly pid: Pid

  constructor(options?: SpawnOptions) {
    this.pid = spawn(async () => {
      for (;;) await (await receive((message: unknown) => message instanceof Order)).carryOut()
    }, options)
  }

  /** Resolves with the act's result when the puppet has performed it. */
  does<T>(kernel: Kernel, act: () => T): Promise<Awaited<T>> {
    const order = new Order(act)
    kernel.send(this.pid, order)
    return order.done as Promise<Awaited<T>>
  }
}
