import { currentPid, printed, processInfo } from '../kernel/index.js'

/**
 * A `mixin` for your own pino logger: adds the `pid` and `name` of the current process to each line. Outside any process it adds nothing.
 *
 * By default pino writes the `pid` of the operating system in each line; set `base` to avoid the duplicate key.
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
