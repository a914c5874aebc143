import { currentKernel, type Kernel } from '../kernel/index.js'
import { testKernel } from './current-test-kernel.js'
import { SimulatedKernel } from './simulation/nodes/simulated-kernel.js'
import type { Crashes } from './test-kernel/expected-crashes.js'
import type { Incarnations } from './test-kernel/restart-history.js'
import type { Recorder } from './trace/index.js'

/** A kernel that keeps what tests ask about: that of a test, or of a simulation. */
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

/**
 * The kernel of the test, or of the simulation, that runs.
 *
 * @throws TEST_KERNEL_MISSING
 */
export function watchedKernel(action: string): WatchedKernel {
  const kernel = currentKernel()
  if (!(kernel instanceof SimulatedKernel)) return testKernel(action)
  kernel.asked()
  return kernel
}
