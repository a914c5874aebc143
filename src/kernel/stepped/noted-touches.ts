import { currentProcess } from '../context/current-process.js'
import type { Touched } from '../process/touched-state.js'
import type { Accesses, AccessMode } from './notes/step-accesses.js'
import { SteppedProcess, type StepsOfKernel } from './stepped-process.js'

/** What a kernel notes of the steps that touch its processes. */
interface NotingKernel extends StepsOfKernel {
  readonly accesses: Accesses
  noteOrder(list: string): void
}

/** Notes what an operation touches of the process with that key. */
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
    const current = currentProcess()
    if (current instanceof SteppedProcess)
      kernel.noteLink(current.key, key, what === 'link' ? 'read' : 'write')
  }
}

/** A process that looks at itself finds what it sent itself. */
function findOwn(key: string): void {
  const current = currentProcess()
  if (current instanceof SteppedProcess && current.key === key) current.arriveOwn()
}

/** No step tells whether it uses what it got hold of. */
function lend(kernel: NotingKernel, key: string): void {
  const current = currentProcess()
  if (current instanceof SteppedProcess && current.kernel === kernel) current.borrows(key)
  kernel.note(`state ${key}`, 'write')
}

/** What is one process's own. */
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
