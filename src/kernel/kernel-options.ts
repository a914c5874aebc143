import type { Clock } from './clock.js'
import { namesOf } from './errors/known-options.js'
import type { MessageIsolation } from './mail/message-isolation.js'
import type { Probe } from './probe/probe.js'
import type { Reporter } from './report/report.js'
import type { Scheduler } from './schedule/scheduler.js'

/** The options of a kernel; each has a default. */
export interface KernelOptions {
  /** The clock. Default the machine's. */
  readonly clock?: Clock
  /** The scheduler, which decides the next process to run. Default a fair FIFO queue with a time slice of 2 ms. */
  readonly scheduler?: Scheduler
  /** How messages are passed. Default `'share'`. */
  readonly messages?: MessageIsolation
  /** Gets crash reports and other reports. Default: they are written to stderr. */
  readonly report?: Reporter
  /** The source of random numbers from 0 up to, but not including, 1, for jitter; a test can control it. Default `Math.random`. */
  readonly random?: () => number
  /** The node name in pids and `{ name, node }`; default `'nonode@nohost'`. */
  readonly node?: string
  /** A number that distinguishes this kernel from earlier kernels with the same name, for connected kernels. Default a random number. */
  readonly creation?: number
  /**
   * Where isolated servers run: `'real'`, in threads and programs of their own; `'local'`, in this kernel like any other process, for tests with
   * virtual time and faults. Default `'real'`.
   */
  readonly isolation?: 'real' | 'local'
  /** For tests: an object that is told of everything that happens, and can interfere. Without it there is no cost. */
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
