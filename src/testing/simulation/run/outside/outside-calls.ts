/**
 * Notices what a seed cannot decide: a process of a simulation that begins I/O, a timer of Node's or other work whose end
 * comes when it comes.
 */
import { AsyncResource, asyncWrapProviders, createHook } from 'node:async_hooks'
import {
  currentKernel,
  currentPid,
  isCalledByHeartwood,
  isCalledByNode,
  type Kernel,
  type Pid,
  placeOf,
  stackHere,
} from '../../../../kernel/index.js'
import { Lease } from '../../../time/counted-replacement.js'
import { simulationError } from '../../errors.js'
import { watchDoors } from './outside-io.js'

/** Something begun by a process whose end no seed decides. */
export interface Foreign {
  readonly pid: Pid
  readonly resource: string
  /** Where in the program. */
  readonly place: string
}

interface Watch {
  readonly found: (foreign: Foreign) => Error | undefined
  /** Its seed decides what is random. */
  readonly isSeeded: boolean
}

const watched = new WeakMap<Kernel, Watch>()

const UNKNOWN = 'an unknown place'

/** Of Node's own: what is written there comes back to nobody. */
const HARMLESS = /^(PROMISE|TTYWRAP|WRITEWRAP|SIGNALWRAP|MESSAGEPORT|ELDHISTOGRAM|QUIC_LOGSTREAM)$/
/** Node's own timers, where a program has kept them from before. */
const TIMERS = /^(Timeout|Immediate)$/

/** Node reads the file of a module; who wanted it, no stack tells. */
const LOADING = /node:internal\/modules\//

/** The place is looked for, which may take files itself: the map of a source. */
let isLooking = false

/** Tells of what the current process begins, if it is one of a simulation. @param above the function that its place is above */
function tell(
  resource: string,
  above: (...args: never[]) => unknown,
  isHarmless?: (stack: string) => boolean,
  mayBeSeeded = false,
): Error | undefined {
  const pid = currentPid()
  const watch = pid === undefined ? undefined : watched.get(currentKernel())
  if (pid === undefined || watch === undefined || isLooking || (mayBeSeeded && watch.isSeeded))
    return undefined
  isLooking = true
  try {
    const stack = stackHere(above)
    if (isHarmless?.(stack) === true) return undefined
    const what = LOADING.test(stack)
      ? 'the import() of a module that is not loaded yet (import it before the simulation)'
      : resource
    return watch.found({ pid, resource: what, place: placeOf(stack)?.at ?? UNKNOWN })
  } finally {
    isLooking = false
  }
}

/** The doing of Node and of Heartwood, for themselves: a module that is loaded, the map of a source. */
const isOwn = (stack: string): boolean =>
  isCalledByNode(stack) || isCalledByHeartwood(stack) || stack.includes('prepareStackTrace')

/** What is none of the program's doing, by its stack. */
const EXCUSED: Readonly<Record<string, (stack: string) => boolean>> = {
  // Node has a turn of its loop for itself after an error that nobody caught.
  Immediate: (stack) => placeOf(stack) === undefined,
  // Heartwood numbers what it reports.
  RANDOMBYTESREQUEST: (stack) => placeOf(stack) === undefined || placeOf(stack)?.called !== undefined,
}

const resources = new Lease(() => {
  const init = (_id: number, type: string, _by: number, resource: object): void => {
    if (type !== 'PROMISE' && isForeign(type, resource)) tell(type, init, EXCUSED[type])
  }
  // Node opens the output of a program when that is first asked for, which may be by a process, and a pipe at that.
  void [process.stdout, process.stderr]
  const hook = createHook({ init }).enable()
  return { [Symbol.dispose]: () => void hook.disable() }
})

const doors = new Lease(() =>
  watchDoors((what, above, mayBe) => {
    return tell(what, above, mayBe === 'own' ? isOwn : undefined, mayBe === 'seeded')
  }),
)

/**
 * Whether it is something that Node does beside the program: all that its machinery gives a name, but what is harmless. A new version may
 * name more. A context that JavaScript makes for its callbacks, as a stream or a pool does, is none, whatever it is called.
 */
function isForeign(type: string, resource: object): boolean {
  if (resource instanceof AsyncResource) return false
  return TIMERS.test(type) || (Object.hasOwn(asyncWrapProviders, type) && !HARMLESS.test(type))
}

/**
 * Tells `found` of what the processes of `kernel` begin, until disposed of; what it returns is thrown where that can be. When they have begun
 * anything, code of theirs goes on once that is done, with the run long over: what it then does at once, or writes, is refused for good. What
 * Node itself does then, to clear away what was begun, is nobody's doing, and an error there would end the program.
 *
 * @param isSeeded whether the seed decides what is random
 */
export function watchOutside(
  kernel: Kernel,
  isSeeded: boolean,
  found: (foreign: Foreign) => Error,
): Disposable {
  let hasBegun = false
  watched.set(kernel, {
    isSeeded,
    found: (foreign) => {
      hasBegun = true
      return found(foreign)
    },
  })
  const held = [resources.hold(), doors.hold()]
  return {
    [Symbol.dispose]: () => {
      watched.delete(kernel)
      if (hasBegun) {
        watched.set(kernel, {
          isSeeded,
          found: ({ resource, place }) =>
            place === UNKNOWN ? undefined : simulationError('SIMULATION_OVER', { resource, place }),
        })
        doors.hold()
      }
      for (const each of held) each[Symbol.dispose]()
    },
  }
}
