import { isElsewhere, type Pid, processInfo } from '../../kernel/index.js'
import { ownNames } from '../../logging/index.js'

/** What logs and reports call the process above an application's root. */
export function masterLabel(application: string): string {
  return `application ${application}`
}

/** What processes go by where levels of the log have names: their own name, their label, their application. */
export function namesInApplications(): (pid: Pid) => readonly string[] {
  // A process stays in its application; and a line must not cost a walk up the tree.
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
