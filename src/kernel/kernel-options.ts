import type { Clock } from './clock.js'
import { namesOf } from './errors/known-options.js'
import type { MessageIsolation } from './mail/message-isolation.js'
import type { Probe } from './probe/probe.js'
import type { Reporter } from './report/report.js'
import type { Scheduler } from './schedule/scheduler.js'

/** What a kernel is made of; everything has a default. */
export interface KernelOptions {
  /** The time; default the machine's. */
  readonly clock?: Clock
  /** Who runs next; default a fair FIFO with a time slice of 2 ms. */
  readonly scheduler?: Scheduler
  /** What messages share with their sender; default `'share'`. */
  readonly messages?: MessageIsolation
  /** Where crash reports and their like go; default stderr. */
  readonly report?: Reporter
  /** Chance, from 0 up to, but not including, 1: what jitters asks it, so that a test can decide; default `Math.random`. */
  readonly random?: () => number
  /** The node name in pids and `{ name, node }`; default `'nonode@nohost'`. */
  readonly node?: string
  /** Tells it from other kernels that had its name before it, for those that are joined with it; default a random number. */
  readonly creation?: number
  /**
   * Where isolated servers run: `'real'`, in threads and programs of their own; `'local'`, in this kernel as any other, for tests with
   * virtual time and faults. Default `'real'`.
   */
  readonly isolation?: 'real' | 'local'
  /** Told of all that happens, and able to interfere: for tests. Without one no process pays for it. */
  readonly probe?: Probe | undefined
}

/** The names of `KernelOptions`. */
export const KERNEL_OPTIONS = namesOf<KernelOptions>({
  clock: true,
  scheduler: true,
  messages: true,
  report: true,
  random: true,
  node: true,
  creation: true,
  isolation: true,
  probe: true,
})
