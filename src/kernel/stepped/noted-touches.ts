import { currentProcess } from '../context/current-process.js'
import type { Process } from '../process/process.js'
import type { Touched } from '../process/touched-state.js'
import type { Accesses, AccessMode } from './notes/step-accesses.js'
import { SteppedProcess, type StepsOfKernel } from './stepped-process.js'

/** What a kernel notes of the steps that touch its processes. */
interface NotingKernel extends StepsOfKernel {
  readonly accesses: Accesses
  noteOrder(list: string): void
}

/** Notes that an operation touches something of the process with a key. */
export function noteTouch(kernel: NotingKernel, key: string, what: Touched): void {
  const thing = THINGS[what]
  if (what === 'state') findOwn(key)
  if (what === 'state lent') lend(kernel, key)
  else if (thing !== undefined) kernel.note(`${thing.of}${key}`, thing.mode)
  else if (what === 'watching') kernel.note('watchers', 'merge')
  else if (what === 'links') kernel.noteOrder('links')
  else if (what === 'monitors') kernel.noteOrder('watchers')
  else if (what === 'everything') kernel.accesses.noteEverything()
  else {
    const current = currentProcess<Process>()
    if (current instanceof SteppedProcess)
      kernel.noteLink(current.key, key, what === 'link' ? 'read' : 'write')
  }
}

/** Delivers the messages that a process sent to itself, if it examines itself. */
function findOwn(key: string): void {
  const current = currentProcess<Process>()
  if (current instanceof SteppedProcess && current.key === key) current.arriveOwn()
}

/** Notes that a process got hold of another one's state. No later step tells whether it uses it. */
function lend(kernel: NotingKernel, key: string): void {
  const current = currentProcess<Process>()
  if (current instanceof SteppedProcess && current.kernel === kernel) current.borrows(key)
  kernel.note(`state ${key}`, 'write')
}

/** The things that belong to one process. */
const THINGS: { readonly [T in Touched]?: { readonly of: string; readonly mode: AccessMode } } = {
  life: { of: 'life ', mode: 'read' },
  dictionary: { of: 'dictionary ', mode: 'read' },
  'dictionary change': { of: 'dictionary ', mode: 'write' },
  timers: { of: 'timers of ', mode: 'read' },
  'timer taken back': { of: 'timers of ', mode: 'write' },
  name: { of: 'name of ', mode: 'read' },
  state: { of: 'state ', mode: 'read' },
  'state change': { of: 'state ', mode: 'write' },
}
