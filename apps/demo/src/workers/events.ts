import type { Alert } from '../alerts/alert.js'
import type { CertificateSeen } from '../alerts/policy.js'
import type { CheckResult, OwnFault } from '../checks/check.js'
import type { Note } from '../journal.js'
import type { Change, Rules, Standing } from '../verdict.js'

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

/** A check was judged: where its target stands now. */
export interface JudgedEvent {
  readonly kind: 'judged'
  readonly standing: Standing
  /** The time of the check. */
  readonly at: number
}

/** A check came to nothing, and the target is not to blame. */
export interface FaultEvent {
  readonly kind: 'fault'
  readonly fault: OwnFault
}

/** The certificate of a target was looked at. */
export interface CertificateEvent {
  readonly kind: 'certificate'
  readonly seen: CertificateSeen
  /** So many days before its end it is worth an alert. */
  readonly days: number
}

/** There is something that somebody has to know. */
export interface AlertEvent {
  readonly kind: 'alert'
  readonly alert: Alert
}

/** What another Pulse has found of its targets, where several share them. */
export interface HeardEvent {
  readonly kind: 'heard'
  readonly results: readonly CheckResult[]
  readonly changes: readonly Change[]
}

/** From now on this Pulse checks the target. */
export interface TakenEvent {
  readonly kind: 'taken'
  readonly target: string
}

/** Something was noted that all Pulses are to know, as an incident. */
export interface SharedEvent {
  readonly kind: 'shared'
  readonly note: Note
}

/** Results are on disk: they will be there whatever happens. */
export interface StoredEvent {
  readonly kind: 'stored'
  readonly results: readonly CheckResult[]
}

/** What was stored of a target, for whoever asked for it. */
export interface Restored {
  readonly kind: 'restored'
  readonly target: string
  /** Oldest first. */
  readonly results: readonly CheckResult[]
}

/** What {@link PubSub} tells its subscribers. */
export type PulseEvent =
  | ResultEvent
  | ChangeEvent
  | JudgedEvent
  | FaultEvent
  | CertificateEvent
  | StoredEvent
  | AlertEvent
  | HeardEvent
  | TakenEvent
  | SharedEvent

/** What one can subscribe to. */
export type Topic = PulseEvent['kind']
