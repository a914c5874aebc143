/**
 * A call that may wait for the process it is meant for: while a supervisor restarts a named server, nobody has the
 * name, and a caller can choose whether that is a failure or a matter of moments.
 */
import {
  errorsOf,
  firedOf,
  isTimeout,
  KERNEL_ERRORS,
  type Kernel,
  type Pid,
  printed,
  type RequestOptions,
  receive,
  type Signals,
  self,
  stopWaiting,
  tell,
  waitForAbort,
} from '../../kernel/index.js'
import { MethodCall } from '../messages/server-message.js'
import { type Addressed, addressOf, type ServerRef } from './server-address.js'

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
  options: RequestOptions & { readonly waitForRestart: number },
): Promise<unknown> {
  const { waitForRestart, signal } = options
  checkWait(waitForRestart)
  const end = kernel.now() + waitForRestart
  for (;;) {
    const address = addressOf(server, 'call')
    const left = end - kernel.now()
    const awaited = whoIsAwaited(server, address)
    if (awaited === undefined || left <= 0 || isUp(kernel, awaited)) {
      return kernel.request(address, payload, options)
    }
    if (firedOf(signal) === undefined) await untilUp(kernel, awaited, left, signal)
    const fired = firedOf(signal)
    if (fired !== undefined) {
      const request = MethodCall.is(payload) ? payload.method : printed(payload, 200)
      throw kernelError('CALL_ABORTED', { server: address, request }, { cause: fired.reason })
    }
  }
}

/** Whose coming a call to an address waits for; undefined for a pid that was given as such, which means that one process. */
function whoIsAwaited(server: ServerRef, address: Pid | string): Pid | string | undefined {
  if (server === address) return typeof address === 'string' ? address : undefined
  return typeof address === 'string' ? ((server as Addressed).expected ?? address) : address
}

function isUp(kernel: Kernel, who: Pid | string): boolean {
  let up = false
  const takeBack = kernel.whenUp(who, () => {
    up = true
  })
  takeBack()
  return up
}

/** Waits until that process, or one of that name, is through with its init, at most `ms` milliseconds, or until the signal fires. */
async function untilUp(
  kernel: Kernel,
  who: Pid | string,
  ms: number,
  signal: Signals | undefined,
): Promise<void> {
  const caller = self()
  const wakeUp = new WakeUp()
  let told = false
  const wake = (): void => {
    if (!told) tell(kernel, caller, wakeUp)
    told = true
  }
  const takeBack = kernel.whenUp(who, wake)
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
