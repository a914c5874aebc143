import { TestKernel } from 'heartwood/testing'
import { HeartwoodError, isDown, monitor, type Pid, receive, send, spawn } from '../../src/kernel/index.js'

/** The body of a test that runs as a process of a kernel of its own, in virtual time. */
export function inWorld(body: (kernel: TestKernel) => unknown): () => Promise<void> {
  return async () => {
    const kernel = new TestKernel()
    try {
      await kernel.run(async () => {
        await body(kernel)
      })
    } finally {
      await kernel.close()
    }
  }
}

/** The Heartwood error that `act` throws or rejects with. */
export async function failure(act: () => unknown): Promise<HeartwoodError> {
  try {
    await act()
  } catch (error) {
    if (HeartwoodError.is(error)) return error
    throw error
  }
  throw new Error('expected a failure, but it succeeded')
}

/** A process that runs what it is sent, so that a test can make another process register. */
export function worker(): Pid {
  return spawn(async () => {
    for (;;) (await receive((message): message is Order => message instanceof Order)).carryOut()
  })
}

class Order {
  readonly done: Promise<unknown>
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void

  constructor(readonly act: () => unknown) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  carryOut(): void {
    try {
      this.#resolve(this.act())
    } catch (error) {
      this.#reject(error)
    }
  }
}

/** Has a worker do something; what it returns or throws comes back. */
export function by<T>(pid: Pid, act: () => T): Promise<Awaited<T>> {
  const order = new Order(act)
  send(pid, order)
  return order.done as Promise<Awaited<T>>
}

/** A new process that has run `act` and lives on. */
export async function someone(act: () => unknown = () => {}): Promise<Pid> {
  const pid = worker()
  await by(pid, act)
  return pid
}

/** Waits for a process to be dead and says why it died. */
export async function endOf(pid: Pid): Promise<unknown> {
  const ref = monitor(pid)
  const down = await receive((message) => isDown(message) && message.ref === ref)
  return (down as { reason: unknown }).reason
}

/** Everything in the mailbox. */
export async function drain(): Promise<unknown[]> {
  const taken: unknown[] = []
  for (;;) {
    const message = await receive({ timeout: 0, onTimeout: () => drain })
    if (message === drain) return taken
    taken.push(message)
  }
}
