import { TestKernel } from 'heartwood/testing'
import { HeartwoodError, isDown, monitor, type Pid, receive } from '../../src/kernel/index.js'

/** Runs a test as a process of a kernel of its own, in virtual time. */
export async function world(fn: (kernel: TestKernel) => Promise<void> | void): Promise<void> {
  const kernel = new TestKernel()
  try {
    await kernel.run(() => fn(kernel))
  } finally {
    await kernel.close()
  }
}

/** The exit reason of a process, dead or about to be. */
export async function exitReason(pid: Pid): Promise<unknown> {
  const ref = monitor(pid)
  const down = await receive((message) => isDown(message) && message.ref === ref)
  return (down as { reason: unknown }).reason
}

/** The error that a promise rejects with, or that a function throws; it must be a coded one. */
export async function failure(action: PromiseLike<unknown> | (() => unknown)): Promise<HeartwoodError> {
  try {
    await (typeof action === 'function' ? action() : action)
  } catch (error) {
    if (HeartwoodError.is(error)) return error
    throw error
  }
  throw new Error('expected a failure, but it succeeded')
}

/** The next message in the mailbox, or `'nothing'` when it is empty. */
export async function next(): Promise<unknown> {
  return receive({ timeout: 0, onTimeout: () => 'nothing' })
}
