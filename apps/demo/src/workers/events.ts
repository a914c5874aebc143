import type { CheckResult } from '../check.js'
import type { Change } from '../web/ports.js'

/** A check has come to its result. */
export interface ResultEvent {
  readonly kind: 'result'
  readonly result: CheckResult
}

/** A target has gone up or down. */
export interface ChangeEvent {
  readonly kind: 'change'
  readonly change: Change
}

/** Results are on disk: they will be there whatever happens. */
export interface StoredEvent {
  readonly kind: 'stored'
  readonly results: readonly CheckResult[]
}

/** What {@link PubSub} tells its subscribers. */
export type PulseEvent = ResultEvent | ChangeEvent | StoredEvent

/** What one can subscribe to. */
export type Topic = PulseEvent['kind']
