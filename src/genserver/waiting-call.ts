/**
 * A call that may wait for the process it is meant for: while a supervisor restarts a named server, nobody has the
 * name, and a caller can choose whether that is a failure or a matter of moments.
 */
import {
  errorsOf,
  isTimeout,
  KERNEL_ERRORS,
  type Kernel,
  printed,
  receive,
  self,
  stopWaiting,
  tell,
  waitForAbort,
} from '../kernel/index.js'
import { addressOf, type ServerRef } from './address.js'
import type { CallOptions } from './client.js'
import { MethodCall } from './message.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** Sent to a caller that waits; a class, so that no other message can be taken for it. */
class WakeUp {}

/**
 * As `kernel.request`, but a name that nobody has is waited for. Where somebody has it the request goes out before this
 * returns, so that it keeps its place among the messages of its sender.
 */
export async function requestWhenUp(
  kernel: Kernel,
  server: ServerRef,
  payload: unknown,
  options: CallOptions & { readonly waitForRestart: number },
): Promise<unknown> {
  const { waitForRestart, signal } = options
  checkWait(waitForRestart)
  const end = kernel.now() + waitForRestart
  for (;;) {
    const address = addressOf(server, 'call')
    const left = end - kernel.now()
    if (typeof address !== 'string' || left <= 0 || isUp(kernel, address)) {
      return kernel.request(address, payload, options)
    }
    if (signal?.aborted !== true) await untilUp(kernel, address, left, signal)
    if (signal?.aborted === true) {
      const request = payload instanceof MethodCall ? payload.method : printed(payload, 200)
      throw kernelError('CALL_ABORTED', { server: address, request }, { cause: signal.reason })
    }
  }
}

function isUp(kernel: Kernel, name: string): boolean {
  let up = false
  const takeBack = kernel.whenUp(name, () => {
    up = true
  })
  takeBack()
  return up
}

/** Waits until a process of that name is through with its init, at most `ms` milliseconds, or until the signal fires. */
async function untilUp(
  kernel: Kernel,
  name: string,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const caller = self()
  const wakeUp = new WakeUp()
  let told = false
  const wake = (): void => {
    if (!told) tell(kernel, caller, wakeUp)
    told = true
  }
  const takeBack = kernel.whenUp(name, wake)
  const abortable = { aborted: wake }
  if (signal !== undefined) waitForAbort(signal, abortable)
  const isIt = (message: unknown): boolean => message === wakeUp
  try {
    const woken = await receive(isIt, { timeout: ms })
    // Told in the moment when the time was up: the message must not stay behind.
    if (woken === undefined && told) await receive(isIt, { timeout: 0 })
  } finally {
    takeBack()
    if (signal !== undefined) stopWaiting(signal, abortable)
  }
}

function checkWait(value: unknown): void {
  if (isTimeout(value)) return
  throw kernelError('BAD_TIMEOUT', { action: 'waitForRestart', value })
}
