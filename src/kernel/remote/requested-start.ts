import type { Behaviour } from '../process/behaviour.js'
import type { StartOptions } from '../start/spawn-options.js'

/** What another kernel has asked to be started. */
export interface RequestedStart {
  readonly behaviour: Behaviour
  /** Without `link`: whoever asked says that. */
  readonly options?: Omit<StartOptions, 'link' | 'monitor'>
}
