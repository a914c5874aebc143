import { isElsewhere, type Pid, processInfo } from '../../kernel/index.js'
import { ownNames } from '../../logging/index.js'

/** The label of an application master in logs and reports. */
export function masterLabel(application: string): string {
  return `application ${application}`
}

/** The names of a process for log levels: its registered name, its label, its application. */
export function namesInApplications(): (pid: Pid) => readonly string[] {
  // Cached, since a process never changes its application, and a line must not cost a walk up the tree.
  const known = new WeakMap<Pid, string>()
  return (pid) => {
    if (isElsewhere(pid)) return []
    const application = known.get(pid) ?? applicationOf(pid)
    if (application === undefined) return ownNames(pid)
    known.set(pid, application)
    return [...ownNames(pid), application]
  }
}

const PREFIX = masterLabel('')

function applicationOf(pid: Pid): string | undefined {
  for (let at: Pid | undefined = pid; at !== undefined; at = processInfo(at, 'parent')) {
    const label = processInfo(at, 'label')
    if (typeof label === 'string' && label.startsWith(PREFIX)) return label.slice(PREFIX.length)
  }
  return undefined
}
