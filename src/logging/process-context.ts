import { currentPid, processInfo } from '../kernel/index.js'

const NOWHERE = {}

/** Which process writes a line: pino calls this for each. */
export function processContext(): object {
  const pid = currentPid()
  if (pid === undefined) return NOWHERE
  return { pid: String(pid), name: processInfo(pid, 'registeredName') ?? processInfo(pid, 'label') }
}
