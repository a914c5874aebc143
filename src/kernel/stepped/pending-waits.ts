import { printed } from '../show/index.js'
import type { Actor } from './step-listener.js'
import { SteppedProcess } from './stepped-process.js'

/** What a process waits for, when no process has anything to do. */
export interface Waiting {
  readonly actor: Actor
  readonly waitsFor: string
}

export function waitOf(process: SteppedProcess): string {
  const calls: string[] = []
  for (let at = process.monitors; at !== undefined; at = at.nextOwned) {
    const target = at.target
    if (!(target instanceof SteppedProcess) || at.tag === 'DOWN') continue
    const payload = 'payload' in at ? ` (${printed(at.payload)})` : ''
    calls.unshift(at.tag === 'START' ? `the init of ${target.title}` : `a reply of ${target.title}${payload}`)
  }
  if (calls.length > 0) return calls.join(' and ')
  const left = process.mailbox.length
  const unmatched = left === 0 ? '' : `, and none of the ${left} in its mailbox matches`
  if (process.waiter !== undefined) return `a message${unmatched}`
  if (process.busy)
    return 'a promise that is none of the kernel’s: one that nobody settles, or of Node, as that of an import()'
  return 'its next message, being idle'
}

/** Notes that a process makes a call or a start. Those made by handlers may come to wait for each other in a circle. */
export function noteWait(process: SteppedProcess | undefined): void {
  if (process?.inHandler() === true) process.kernel.note('waits', 'merge')
}
