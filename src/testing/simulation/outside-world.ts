/**
 * Notices what a seed cannot decide: a process of a simulation that begins I/O, a timer of Node's or other work whose end
 * comes when it comes.
 */
import { createHook } from 'node:async_hooks'
import { currentKernel, currentPid, type Kernel, type Pid } from '../../kernel/index.js'

/** Something begun by a process whose end no seed decides. */
export interface Foreign {
  readonly pid: Pid
  readonly resource: string
  /** Where in the program. */
  readonly place: string
}

const watched = new Map<Kernel, (foreign: Foreign) => void>()

/** Node writes what it does itself in capitals; what is written there comes back to nobody. */
const HARMLESS = /^(PROMISE|TTYWRAP|WRITEWRAP|SIGNALWRAP|MESSAGEPORT|ELDHISTOGRAM|QUIC_LOGSTREAM)$/

const hook = createHook({
  init(_id, type) {
    if (type === 'PROMISE' || !isForeign(type)) return
    const pid = currentPid()
    if (pid === undefined) return
    watched.get(currentKernel())?.({ pid, resource: type, place: placeInProgram() })
  },
})

function isForeign(type: string): boolean {
  return type === 'Timeout' || (/^[A-Z][A-Z0-9_]+$/.test(type) && !HARMLESS.test(type))
}

function placeInProgram(): string {
  const lines = new Error().stack?.split('\n').slice(1) ?? []
  const own = lines.find((line) => !/node:|outside-world|guards.openings|\(<anonymous>\)/.test(line))
  return own === undefined ? 'an unknown place' : own.trim().replace(/^at /, '')
}

/** Tells `found` of what the processes of `kernel` begin, until disposed of. */
export function watchOutside(kernel: Kernel, found: (foreign: Foreign) => void): Disposable {
  watched.set(kernel, found)
  hook.enable()
  return {
    [Symbol.dispose]: () => {
      watched.delete(kernel)
      if (watched.size === 0) hook.disable()
    },
  }
}
