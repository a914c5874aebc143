import { Waiter } from '../mail/receive-waiter.js'
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
  if (process.pausesIn !== undefined) return `its turn, in ${process.pausesIn}`
  const { waiter } = process
  if (waiter instanceof Waiter && waiter.clauses?.length === 0) return 'the end of a sleep'
  const left = process.mailbox.length
  const unmatched = left === 0 ? '' : `, and none of the ${left} in its mailbox matches`
  if (waiter !== undefined) return `a message${unmatched}`
  if (process.busy)
    return 'a promise that is none of the kernel’s: one that nobody settles, or of Node, as that of an import()'
  return 'its next message, being idle'
}

/** Notes that a process makes a call or a start. Those made by handlers may come to wait for each other in a circle. */
export function noteWait(process: SteppedProcess | undefined): void {
  if (process?.inHandler() === true) process.kernel.note('waits', 'merge')
}

/** Waits in a pause of the simulation, by whose name it is told. */
export function pauseIn(
  process: SteppedProcess,
  name: string,
  begin: (goOn: () => void) => void,
): Promise<void> {
  process.pausesIn = name
  return new Promise((resolve) => {
    begin(() => {
      process.pausesIn = undefined
      resolve()
    })
  })
}
