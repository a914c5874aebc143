/** The metrics that are read from a kernel when they are scraped, and not counted by events. */
import { figure, type Kernel, oldestDelivery, type Pid } from '../kernel/index.js'
import type { DeliveryTimes } from './delivery-times.js'
import type { Labels, Metric } from './metric.js'
import type { Subjects } from './process-titles.js'

/** The objects that a reading needs. */
export interface Viewer {
  readonly kernel: Kernel
  readonly subjects: Subjects
  readonly deliveredAt: DeliveryTimes
}

/** A metric whose values are read. */
export interface Reading extends Metric {
  read(viewer: Viewer): Iterable<readonly [Labels, number]>
}

const number = (read: (kernel: Kernel) => number) => (viewer: Viewer) => [[{}, read(viewer.kernel)] as const]

export const READINGS: readonly Reading[] = [
  {
    name: 'heartwood.processes',
    kind: 'updown',
    help: 'Processes that are alive.',
    unit: '{process}',
    read: number((kernel) => kernel.processCount),
  },
  {
    name: 'heartwood.process.spawned',
    kind: 'counter',
    help: 'Processes that there ever were.',
    unit: '{process}',
    read: number((kernel) => kernel.spawned),
  },
  {
    name: 'heartwood.mailbox.messages',
    kind: 'updown',
    help: 'Messages that wait in all mailboxes together.',
    unit: '{message}',
    read: number((kernel) => lengths(kernel).reduce((sum, length) => sum + length, 0)),
  },
  {
    name: 'heartwood.mailbox.longest',
    kind: 'gauge',
    help: 'Messages that wait in the longest mailbox.',
    unit: '{message}',
    read: number((kernel) => lengths(kernel).reduce((most, length) => Math.max(most, length), 0)),
  },
  {
    name: 'heartwood.queue.length',
    kind: 'gauge',
    help: 'Messages that wait in the longest mailbox of those processes.',
    unit: '{message}',
    read: (viewer) => longest(viewer, (pid) => figure(pid, 'queueLength')),
  },
  {
    name: 'heartwood.queue.age',
    kind: 'gauge',
    help: 'How long the oldest message in the mailboxes of those processes has waited.',
    unit: 's',
    read: (viewer) => longest(viewer, (pid) => ageOf(pid, viewer)),
  },
  {
    name: 'heartwood.dead_letters',
    kind: 'counter',
    help: 'Messages that reached nobody.',
    unit: '{message}',
    read: number((kernel) => kernel.deadLetters),
  },
]

function lengths(kernel: Kernel): number[] {
  return kernel.processes().map((pid) => figure(pid, 'queueLength'))
}

/** The highest value among the processes of each title. There are as many series as titles. */
function longest(
  { kernel, subjects }: Viewer,
  read: (pid: Pid) => number,
): Iterable<readonly [Labels, number]> {
  const most = new Map<string, number>()
  for (const pid of kernel.processes()) {
    const { title } = subjects.of(pid)
    most.set(title, Math.max(most.get(title) ?? 0, read(pid)))
  }
  return [...most].slice(0, MOST).map(([server, value]) => [{ server }, value] as const)
}

/** The most series of one reading. */
const MOST = 1_000

function ageOf(pid: Pid, { kernel, deliveredAt }: Viewer): number {
  const oldest = oldestDelivery(pid) as { readonly message: unknown } | undefined
  const since = oldest === undefined ? undefined : deliveredAt.of(oldest.message, oldest)
  return since === undefined ? 0 : (kernel.now() - since) / 1_000
}
