import type { MessageIsolation } from '../mail/message-isolation.js'
import type { Reporter } from '../report/report.js'
import type { SharedSteps } from './shared-steps.js'
import type { StepClock } from './time/step-clock.js'

/**
 * In which order messages arrive: `'pairs'` keeps the order from one process to another, which is all that OTP
 * promises; `'ordered'` has each message arrive before any sent later, as it is inside one kernel.
 */
export type DeliveryOrder = 'pairs' | 'ordered'

export interface SteppedKernelOptions {
  readonly delivery?: DeliveryOrder
  readonly messages?: MessageIsolation
  /** Told of every report, also when somebody has them sent elsewhere (`reportTo`). */
  readonly report?: Reporter
  readonly random?: () => number
  /** What `wallTime` says at the start, in milliseconds since 1970. */
  readonly epoch?: number
  /** How long a step may take: see `SteppedKernel.stepTime`; default 0. */
  readonly stepTime?: number
  /** See `SteppedKernel.ordered`. */
  readonly ordered?: Set<string>
  /** Of several kernels of one simulation: what they have in common, and what the keys of this one begin with. */
  readonly shared?: SharedSteps
  readonly prefix?: string
  /** Default one of its own. */
  readonly clock?: StepClock
  readonly node?: string
  readonly creation?: number
  /** Whether steps note what they touch; default true. */
  readonly noting?: boolean
}
