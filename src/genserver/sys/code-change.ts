import { checkKnown } from '../../kernel/index.js'
import type { ServerRef } from '../client/server-address.js'
import { SystemRequest } from '../messages/server-message.js'
import { ask, type CodeChange } from './sys-requests.js'

/** The options of `sys.changeCode`. */
export interface CodeChangeOptions {
  /** The version of the old code that `codeChange` gets. Default: the `version` of that code, or undefined. */
  readonly oldVersion?: unknown
  /** The last argument of `codeChange`. OTP's `Extra`. */
  readonly extra?: unknown
  /** Milliseconds; default 5,000. */
  readonly timeout?: number | undefined
}

/**
 * Replaces the code of a suspended server. The server keeps its pid, name, mailbox, links, monitors, timers and process dictionary.
 * `codeChange(state, oldVersion, extra)` of the new code returns the new state. Without that callback the state does not change; in
 * the class form a new instance takes over the fields. If it fails, the server keeps its old code and state. In both cases it
 * stays suspended. OTP's `sys:change_code/4,5`.
 *
 * @param to the new code, as a start takes it: a class with a handler table, callbacks, or a machine of `stateMachine`; for a
 *   supervisor its options, or the function that computes them
 * @throws as `call` does; CODE_CHANGE_RUNNING; CODE_CHANGE_FAILED with the error as `cause`
 * @example
 * ```ts
 * await sys.suspend('counter')
 * await sys.changeCode('counter', CounterWithLimit)
 * await sys.resume('counter')
 * ```
 */
export async function changeCode(
  server: ServerRef,
  to: unknown,
  options: CodeChangeOptions = {},
): Promise<void> {
  checkKnown('sys.changeCode', options, ['oldVersion', 'extra', 'timeout'])
  const { timeout, extra } = options
  const told = 'oldVersion' in options ? { oldVersion: options.oldVersion } : undefined
  await ask(server, new SystemRequest('changeCode', { to, extra, told } satisfies CodeChange), timeout)
}
