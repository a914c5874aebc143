/** What is measured, whoever reads it: Prometheus or OpenTelemetry. */
import { figure, type Kernel } from '../kernel/index.js'

/** What tells the series of one metric apart. */
export type Labels = Readonly<Record<string, string>>

/** One thing that is measured. */
export interface Metric {
  /** In OpenTelemetry's spelling; Prometheus has underscores, the unit and `_total`. */
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** `'s'`: seconds. */
  readonly unit?: 's'
}

/** A metric that is counted as things happen. */
export const EXITS: Metric = {
  name: 'heartwood.process.exits',
  kind: 'counter',
  help: 'Processes that ended, by reason: normal, shutdown, killed, or error for any other.',
}
export const RESTARTS: Metric = {
  name: 'heartwood.restarts',
  kind: 'counter',
  help: 'Children that a supervisor started again.',
}
export const ESCALATIONS: Metric = {
  name: 'heartwood.escalations',
  kind: 'counter',
  help: 'Supervisors that gave up because they had restarted too often.',
}
export const BLOCKED: Metric = {
  name: 'heartwood.event_loop.blocked',
  kind: 'counter',
  help: 'Times that a process blocked the event loop for longer than the limit.',
}
export const CALLS: Metric = {
  name: 'heartwood.call.duration',
  kind: 'histogram',
  help: 'How long calls took, from their sending to their answer or failure; the code of a failed one is its outcome.',
  unit: 's',
}

/** All that are counted, and all whose values are recorded. */
export const COUNTERS: readonly Metric[] = [EXITS, RESTARTS, ESCALATIONS, BLOCKED]
export const HISTOGRAMS: readonly Metric[] = [CALLS]

/** A metric that is read when somebody asks. */
export interface Reading extends Metric {
  read(kernel: Kernel): number
}

/** What is read of a kernel. */
export const READINGS: readonly Reading[] = [
  {
    name: 'heartwood.processes',
    kind: 'gauge',
    help: 'Processes that are alive.',
    read: (kernel) => kernel.processCount,
  },
  {
    name: 'heartwood.processes.spawned',
    kind: 'counter',
    help: 'Processes that there ever were.',
    read: (kernel) => kernel.spawned,
  },
  {
    name: 'heartwood.mailbox.messages',
    kind: 'gauge',
    help: 'Messages that wait in all mailboxes together.',
    read: (kernel) => queues(kernel).reduce((sum, length) => sum + length, 0),
  },
  {
    name: 'heartwood.mailbox.longest',
    kind: 'gauge',
    help: 'Messages that wait in the longest mailbox.',
    read: (kernel) => queues(kernel).reduce((most, length) => Math.max(most, length), 0),
  },
  {
    name: 'heartwood.dead_letters',
    kind: 'counter',
    help: 'Messages that reached nobody.',
    read: (kernel) => kernel.deadLetters,
  },
]

function queues(kernel: Kernel): number[] {
  return kernel.processes().map((pid) => figure(pid, 'queueLength'))
}

/** Takes what is measured. */
export interface Sink {
  /** Adds 1 to a counter. */
  count(metric: Metric, labels: Labels): void
  /** Records one value of a histogram, in the metric's unit. */
  record(metric: Metric, value: number, labels: Labels): void
}
