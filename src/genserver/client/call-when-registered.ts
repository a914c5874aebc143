/**
 * Calls with `waitForRestart`. While a supervisor restarts a named server, no process has the name. With this option the caller
 * waits for the new process instead of failing.
 */
import {
  errorsOf,
  firedOf,
  isTimeout,
  KERNEL_ERRORS,
  type Kernel,
  noteWaitForStart,
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

/** The message that wakes a waiting caller. It is a class, so that no other message can be mistaken for it. */
class WakeUp {}

/**
 * Works as `kernel.request`, but waits while no process has the name. If a process has it, the request is sent before this
 * function returns, so that the order of the sender's messages is kept.
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

/** The name or pid that a call to an address waits for; undefined for a pid given by the caller, which means that one process. */
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

/** Waits until that process, or a process of that name, has finished its `init`; at most `ms` milliseconds, or until the signal fires. */
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
  const wait = noteWaitForStart(who, ms)
  try {
    const woken = await receive(isIt, { timeout: ms })
    // The wake-up was sent at the moment when the time was up. It must not stay in the mailbox.
    if (woken === undefined && told) await receive(isIt, { timeout: 0 })
  } finally {
    wait?.over()
    takeBack()
    if (signal !== undefined) stopWaiting(signal, abortable)
  }
}

function checkWait(value: unknown): void {
  if (isTimeout(value)) return
  throw kernelError('BAD_TIMEOUT', { action: 'waitForRestart', value })
}
