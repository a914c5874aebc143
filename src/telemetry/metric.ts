/** What is measured, whoever reads it: Prometheus or OpenTelemetry. */

/** What tells the series of one metric apart. */
export type Labels = Readonly<Record<string, string>>

/** Labels whose values are names of the program: there may be any number of them. All others have a few values. */
export const OPEN_LABELS: ReadonlySet<string> = new Set([
  'server',
  'method',
  'supervisor',
  'child',
  'error_type',
  'metric',
])

/** One thing that is measured. */
export interface Metric {
  /** In OpenTelemetry's spelling; Prometheus has underscores, the unit of a time, and `_total`. */
  readonly name: string
  readonly kind: 'counter' | 'updown' | 'gauge' | 'histogram'
  readonly help: string
  /** In UCUM: seconds, or what is counted. */
  readonly unit: string
  /** Series that there are from the start, so that the first event is an increase. */
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

/** All that are counted or recorded as things happen. */
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

/** Upper bounds of histograms, in seconds: from a local call to the default time-out and beyond. */
export const BOUNDS: readonly number[] = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]

/** One series of a metric. */
export interface Recorder {
  /** Of a counter: adds. Of a histogram: records one value, in the metric's unit. */
  record(value: number): void
}

/** Takes what is measured. */
export interface Sink {
  /** The series of these labels, to be kept by whoever needs it often. */
  series(metric: Metric, labels: Labels): Recorder
}
