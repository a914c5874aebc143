/** What an alert is about. */
export type AlertKind =
  | 'down'
  | 'up'
  | 'slow'
  | 'flapping'
  | 'steady'
  | 'certificate'
  | 'trouble'
  | 'recovered'

/** Something that somebody has to know. */
export interface Alert {
  /** Tells alerts apart, also for whoever gets one twice. */
  readonly id: string
  readonly kind: AlertKind
  /** Its name; of an alert about Pulse itself (`trouble`, `recovered`) it is empty. */
  readonly target: string
  /** Epoch milliseconds. */
  readonly at: number
  /** One line for people. */
  readonly text: string
}
