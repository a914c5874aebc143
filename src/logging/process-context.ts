import { currentPid, printed, processInfo } from '../kernel/index.js'

/**
 * For the `mixin` of a pino of your own: says which process writes a line, by `pid` and `name`. Outside any process it says nothing.
 *
 * A pino has the operating system's `pid` in each line unless its `base` says otherwise.
 *
 * @example
 * const log = pino({ mixin: logMixin, base: { host: hostname(), osPid: process.pid } })
 */
export function logMixin(): { pid?: string; name?: string | undefined } {
  const pid = currentPid()
  if (pid === undefined) return {}
  const name: unknown = processInfo(pid, 'registeredName') ?? processInfo(pid, 'label')
  return { pid: String(pid), name: name === undefined ? undefined : printed(name) }
}
