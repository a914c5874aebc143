import { checkKnown } from '../../kernel/index.js'
import type { ServerRef } from '../client/server-address.js'
import { SystemRequest } from '../messages/server-message.js'
import { ask, type CodeChange } from './sys-requests.js'

/** What `sys.changeCode` may be told. */
export interface CodeChangeOptions {
  /** What `codeChange` gets as the version of the old code. Default the `version` of that code, else undefined. */
  readonly oldVersion?: unknown
  /** What `codeChange` gets last; OTP's `Extra`. */
  readonly extra?: unknown
  /** Milliseconds; default 5,000. */
  readonly timeout?: number | undefined
}

/**
 * Gives a suspended server other code. It keeps its pid, name, mailbox, links, monitors, timers and process dictionary. Its state becomes what
 * `codeChange(state, oldVersion, extra)` of the new code makes of it; without that it stays as it is, and of the class form a new
 * instance takes over the fields. When that fails, the server keeps its code and its state. Either way it stays suspended. OTP's
 * `sys:change_code/4,5`.
 *
 * @param to what it would be started from: a class with a handler table, callbacks, a machine of `stateMachine`; for a supervisor its
 *   options, or the function that computes them
 * @throws as `call` does; CODE_CHANGE_RUNNING; CODE_CHANGE_FAILED with what went wrong as `cause`
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
