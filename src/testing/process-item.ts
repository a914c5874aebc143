import { type Pid, type ProcessInfo, processInfo, seenElsewhere } from '../kernel/index.js'

/**
 * An item of what is known of a process. `processInfo` refuses one that runs in a thread or program of its own: the test knows its name and its class,
 * and nothing of what goes on in it.
 */
export function processItem<K extends keyof ProcessInfo>(pid: Pid, item: K): ProcessInfo[K] | undefined {
  const there = seenElsewhere(pid)
  if (there === undefined) return processInfo(pid, item)
  const known: Partial<Record<keyof ProcessInfo, unknown>> = { registeredName: there.name, label: there.runs }
  return known[item] as ProcessInfo[K] | undefined
}
