import { currentPid, printed, processInfo } from '../kernel/index.js'

/** Which process writes a line: pino calls this for each, and puts the line's own fields into what it gets. */
export function processContext(): object {
  const pid = currentPid()
  if (pid === undefined) return {}
  const name: unknown = processInfo(pid, 'registeredName') ?? processInfo(pid, 'label')
  return { pid: String(pid), name: name === undefined ? undefined : printed(name) }
}
