import { currentKernel, type VirtualClock } from '../kernel/index.js'
import { testingError } from './errors.js'
import type { Faults } from './faults/index.js'
import { SimulatedKernel } from './simulation/nodes/simulated-kernel.js'
import { TestKernel } from './test-kernel/test-kernel.js'
import type { WatchedKernel } from './watched-kernel.js'

/**
 * Returns the kernel of the running test.
 *
 * @throws TEST_KERNEL_MISSING, TEST_IN_SIMULATION; TEST_OVER if the test is over
 * @example
 * ```ts
 * console.log(testKernel().tree())
 * ```
 */
export function testKernel(action = 'testKernel()'): TestKernel {
  const kernel = currentKernel()
  if (kernel instanceof TestKernel) {
    kernel.checkOver(action)
    return kernel
  }
  if (kernel instanceof SimulatedKernel) throw testingError('TEST_IN_SIMULATION', { action })
  throw testingError('TEST_KERNEL_MISSING', { action })
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

/**
 * Returns the clock of the running test: `clock().advance(60_000)`.
 *
 * @throws TEST_KERNEL_MISSING; TEST_TIMERS_FAKED if another library replaced the timers that `fakeTimers` controls
 */
export function clock(): VirtualClock {
  const kernel = testKernel('clock()')
  kernel.heldTimers.check()
  return kernel.clock
}

/**
 * Returns the faults of the running test: `faults().crash('counter')`. In a simulation the schedule decides whether and where each fault strikes.
 *
 * @throws TEST_KERNEL_MISSING
 */
export function faults(): Faults {
  const kernel = currentKernel()
  // The same methods; what makes no sense in a simulation throws there. `hangInHandler` is the simulation's alone: see `sim.faults`.
  if (kernel instanceof SimulatedKernel) return kernel.faults as unknown as Faults
  return testKernel('faults()').faults
}
