/** How the targets stand, as text for Prometheus. */
import type { Snapshot, TargetView } from './ports.js'

interface Gauge {
  readonly name: string
  readonly help: string
  /** Undefined where there is nothing to say of the target. */
  read(target: TargetView): number | undefined
}

const GAUGES: readonly Gauge[] = [
  {
    name: 'pulse_target_up',
    help: 'Whether the target is up: 1 also when it is slow, 0 when it is down. None while nothing is known, or in maintenance.',
    read: ({ state }) =>
      state === 'pending' || state === 'maintenance' ? undefined : state === 'down' ? 0 : 1,
  },
  {
    name: 'pulse_target_slow',
    help: 'Whether the target counts as slow.',
    read: ({ state }) => (state === 'slow' ? 1 : 0),
  },
  {
    name: 'pulse_target_maintenance',
    help: 'Whether a maintenance window of the target is open.',
    read: ({ maintenance }) => (maintenance === undefined ? 0 : 1),
  },
  {
    name: 'pulse_target_latency_seconds',
    help: 'How long the latest check took that found the target up.',
    read: ({ latest }) => (latest?.up ? latest.latency / 1_000 : undefined),
  },
  {
    name: 'pulse_target_changed_timestamp_seconds',
    help: 'Since when the target is in its state.',
    read: ({ since }) => since && since / 1_000,
  },
  {
    name: 'pulse_target_certificate_expiry_timestamp_seconds',
    help: 'When the TLS certificate of the target ends.',
    read: ({ certificate }) => certificate && certificate / 1_000,
  },
]

export function targetMetrics({ targets }: Pick<Snapshot, 'targets'>): string {
  return GAUGES.map(({ name, help, read }) => {
    const lines = targets.flatMap((target) => {
      const value = read(target)
      return value === undefined ? [] : [`${name}{${labels(target)}} ${value}\n`]
    })
    return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
  }).join('')
}

/** Names and groups have no character that a label would have to escape. */
const labels = ({ name, group = '' }: TargetView): string => `target="${name}",group="${group}"`
