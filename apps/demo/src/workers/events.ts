import type { CertificateSeen } from '../alerts/policy.js'
import type { CheckResult } from '../check.js'
import type { Change, Flapping, Rules } from '../verdict.js'

/** A check has come to its result. */
export interface ResultEvent {
  readonly kind: 'result'
  readonly result: CheckResult
  /** How the target wants to be judged. */
  readonly rules: Rules
}

/** A target has gone up or down. */
export interface ChangeEvent {
  readonly kind: 'change'
  readonly change: Change
}

/** A target began or ceased to change all the time. */
export interface FlappingEvent {
  readonly kind: 'flapping'
  readonly flapping: Flapping
}

/** The certificate of a target was looked at. */
export interface CertificateEvent {
  readonly kind: 'certificate'
  readonly seen: CertificateSeen
  /** So many days before its end it is worth an alert. */
  readonly days: number
}

/** Results are on disk: they will be there whatever happens. */
export interface StoredEvent {
  readonly kind: 'stored'
  readonly results: readonly CheckResult[]
}

/** What {@link PubSub} tells its subscribers. */
export type PulseEvent = ResultEvent | ChangeEvent | FlappingEvent | CertificateEvent | StoredEvent

/** What one can subscribe to. */
export type Topic = PulseEvent['kind']
