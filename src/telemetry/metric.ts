/** The table of all metrics, the same for Prometheus and OpenTelemetry. */

/** The labels of a series. */
export type Labels = Readonly<Record<string, string>>

/** The labels whose values are names of the program, of which there may be any number. All other labels have few values. */
export const OPEN_LABELS: ReadonlySet<string> = new Set([
  'server',
  'method',
  'supervisor',
  'child',
  'error_type',
  'metric',
])

/** A metric. */
export interface Metric {
  /** The name in the form of OpenTelemetry. For Prometheus it gets underscores, the unit of a time, and `_total`. */
  readonly name: string
  readonly kind: 'counter' | 'updown' | 'gauge' | 'histogram'
  readonly help: string
  /** The unit in UCUM: seconds, or the counted things. */
  readonly unit: string
  /** The series that exist from the start with 0, so that the first event is an increase. */
  readonly known?: readonly Labels[]
}

const none: readonly Labels[] = [{}]

export const EXITS: Metric = {
  name: 'heartwood.process.exits',
  kind: 'counter',
  help: 'Processes that ended, by reason: normal, shutdown, killed, or error for any other.',
  unit: '{process}',
  known: ['normal', 'shutdown', 'killed', 'error'].map((reason) => ({ reason })),
}
export const CRASHES: Metric = {
  name: 'heartwood.process.crashes',
  kind: 'counter',
  help: 'Processes that ended by an error of their own, by what they were and the type of the error.',
  unit: '{process}',
}
export const RESTARTS: Metric = {
  name: 'heartwood.restarts',
  kind: 'counter',
  help: 'Children that a supervisor started again.',
  unit: '{restart}',
}
export const ESCALATIONS: Metric = {
  name: 'heartwood.escalations',
  kind: 'counter',
  help: 'Supervisors that gave up because they had restarted too often.',
  unit: '{escalation}',
}
export const BLOCKED: Metric = {
  name: 'heartwood.event_loop.blocked',
  kind: 'counter',
  help: 'Times that a process blocked the event loop for longer than the limit.',
  unit: '{occurrence}',
  known: none,
}
export const UNDELIVERED: Metric = {
  name: 'heartwood.message.undelivered',
  kind: 'counter',
  help: 'Messages that reached nobody, by what they were sent to: a process, a name, or an alias.',
  unit: '{message}',
  known: ['process', 'name', 'alias'].map((destination) => ({ destination })),
}
export const DISCARDED: Metric = {
  name: 'heartwood.message.discarded',
  kind: 'counter',
  help: 'Messages that were not handled, by what they were sent to and the cause: the policy of a full mailbox, or abandoned for a call that was skipped.',
  unit: '{message}',
}
export const ACTIVE: Metric = {
  name: 'heartwood.call.active',
  kind: 'updown',
  help: 'Calls that wait for their answer.',
  unit: '{call}',
}
export const CALLS: Metric = {
  name: 'heartwood.call.duration',
  kind: 'histogram',
  help: 'How long calls took, from their sending to their answer or failure; the code of a failed one is its outcome.',
  unit: 's',
}
export const HANDLERS: Metric = {
  name: 'heartwood.handler.duration',
  kind: 'histogram',
  help: 'How long the handlers of messages took.',
  unit: 's',
}
export const WAITS: Metric = {
  name: 'heartwood.queue.wait',
  kind: 'histogram',
  help: 'How long messages waited in a mailbox before they were handled.',
  unit: 's',
}
export const STARTS: Metric = {
  name: 'heartwood.start.duration',
  kind: 'histogram',
  help: 'How long supervisors took to start a child, up to the end of its init.',
  unit: 's',
}
export const RECOVERIES: Metric = {
  name: 'heartwood.restart.duration',
  kind: 'histogram',
  help: 'How long it took from the end of a child until it was up again.',
  unit: 's',
}
export const DROPPED: Metric = {
  name: 'heartwood.series.dropped',
  kind: 'counter',
  help: 'Series that were put together as "other" because their metric had too many.',
  unit: '{series}',
}

/** All metrics that are recorded by events. */
export const RECORDED: readonly Metric[] = [
  EXITS,
  CRASHES,
  RESTARTS,
  ESCALATIONS,
  BLOCKED,
  UNDELIVERED,
  DISCARDED,
  ACTIVE,
  CALLS,
  HANDLERS,
  WAITS,
  STARTS,
  RECOVERIES,
]

/** The default upper bounds of histograms, in seconds: from the time of a local call to beyond the default time-out. */
export const BOUNDS: readonly number[] = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]

/** A series of a metric, as the measuring uses it. */
export interface Recorder {
  /** Adds to a counter, or records a value in a histogram, in the unit of the metric. */
  record(value: number): void
}

/** The receiver of all measurements. */
export interface Sink {
  /** The series with these labels. Callers that need it often should keep it. */
  series(metric: Metric, labels: Labels): Recorder
}
