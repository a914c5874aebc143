import type { Kernel, VirtualClock } from '../kernel/index.js'
import type { Crashes } from './test-kernel/expected-crashes.js'
import type { Incarnations } from './test-kernel/restart-history.js'
import type { Recorder } from './trace/index.js'

/** A kernel that records what tests ask about: the kernel of a test, or of a simulation. */
export interface WatchedKernel extends Kernel {
  /** @internal */
  readonly incarnations: Incarnations
  readonly trace: Recorder
  /** @internal */
  readonly crashes: Crashes
  /** The live processes as text. */
  tree(): string
  /** What happened last, one line an event. */
  timeline(last?: number): string
}

/** A watched kernel whose time moves only when the test moves it. */
export interface VirtualKernel extends WatchedKernel {
  readonly clock: VirtualClock
}
