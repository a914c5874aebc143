import type { Behaviour } from '../process/behaviour.js'
import type { StartOptions } from '../start/spawn-options.js'

/** A start that another kernel asked for. */
export interface RequestedStart {
  readonly behaviour: Behaviour
  /** The options without `link`, which the other kernel sets. */
  readonly options?: Omit<StartOptions, 'link' | 'monitor'>
}
