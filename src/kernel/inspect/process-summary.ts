/**
 * Looking at processes from outside, many at a time: for the observer. Nothing of a process runs for it, no list is
 * copied whole, and nothing is kept for it that the process does not need itself.
 */

import { currentKernel } from '../context/current-kernel.js'
import { currentProcess } from '../context/current-process.js'
import type { MailboxInfo } from '../mail/mailbox-limit.js'
import { givenBody } from '../probe/probed-process.js'
import type { Behaviour } from '../process/behaviour.js'
import type { Process } from '../process/process.js'
import type { RemoteProcess } from '../remote/remote-process.js'
import { ancestorsOf } from '../report/report.js'
import { countOfLinks, eachOf } from '../signals/link-table.js'
import { type Pid, routeOf } from '../terms/pid.js'
import type { RemoteName } from '../terms/signal-messages.js'

/** What is to be seen of a process at once. */
export interface ProcessSummary {
  readonly pid: Pid
  readonly name: string | undefined
  readonly label: unknown
  /** It is code that receives, and not called per message. */
  readonly script: boolean
  /** `'busy'`: in its handler or init, which waits for something; of a script: it waits for something but a message. */
  readonly status: 'waiting' | 'runnable' | 'busy' | 'exiting'
  readonly queueLength: number
  /** Messages it has taken from its mailbox, modulo 2³². */
  readonly handled: number
  readonly links: number
  readonly owned: number
  readonly parent: Pid | undefined
  /** How long its handler has been waiting, in milliseconds; undefined when it is not, or when nobody observed its begin. */
  readonly busyFor: number | undefined
}

/** A glance at a live process; undefined for a dead one. */
export function glance(pid: Pid): ProcessSummary | undefined {
  const process = looked(pid)
  if (process === undefined || !(process.alive || process.exiting)) return undefined
  const status = statusOf(process)
  const { waitsSince, kernel } = process
  return {
    pid,
    name: process.name,
    label: process.label,
    script: process.isScript,
    status,
    queueLength: process.mailbox.length,
    handled: process.mailbox.taken,
    links: countOfLinks(process.links),
    owned: process.resources?.size ?? 0,
    parent: process.parent,
    busyFor: status !== 'busy' || waitsSince === 0 ? undefined : ((kernel.now() | 0) - waitsSince) >>> 0,
  }
}

/** What is known of a process of another kernel. */
export interface ElsewhereSight {
  /** The kernel that it is one of. */
  readonly node: string
  /** The name of the class that it runs, where that is known. */
  readonly runs: string | undefined
  /** The name that it has here. */
  readonly name: string | undefined
}

/** A look at a process of another kernel; undefined for one of this. */
export function seenElsewhere(pid: Pid): ElsewhereSight | undefined {
  const process = looked(pid)
  if (process?.isRemote !== true) return undefined
  return { node: pid.node, runs: (process as RemoteProcess).runs, name: process.name }
}

/** What processes are sorted by. */
export type Figure = 'id' | 'queueLength' | 'handled' | 'links' | 'owned'

const FIGURES: { readonly [F in Figure]: (process: Process) => number } = {
  id: (process) => process.pid.id,
  queueLength: (process) => process.mailbox.length,
  handled: (process) => process.mailbox.taken,
  links: (process) => countOfLinks(process.links),
  owned: (process) => process.resources?.size ?? 0,
}

/** One number of a process, for looking at very many; 0 for a dead one. */
export function figure(pid: Pid, which: Figure): number {
  const process = looked(pid)
  return process === undefined ? 0 : FIGURES[which](process)
}

/** The delivery of the oldest message that waits in a mailbox: the token that its `DeliveryEvent` had. */
export function oldestDelivery(pid: Pid): object | undefined {
  return routeOf(pid)?.mailbox.first
}

/** The behaviour of a live process, as given to `spawnBehaviour` or `startBehaviour`; undefined for a script. */
export function behaviourOf(pid: Pid): Behaviour | undefined {
  const process = routeOf(pid)
  return process === undefined || process.isScript ? undefined : (givenBody(process) as Behaviour)
}

/** What is to be seen of one process from near; of each list the first few. */
export interface CloseUp {
  readonly ancestors: readonly (Pid | string)[]
  readonly links: readonly Pid[]
  readonly monitors: readonly (Pid | RemoteName)[]
  readonly monitoredBy: readonly Pid[]
  readonly messages: readonly unknown[]
  /** What it owns, by the names of the classes. */
  readonly owned: readonly string[]
  /** Messages that timers will send it. */
  readonly timers: number
  readonly trapping: boolean
  readonly mailbox: MailboxInfo | undefined
}

/** A close look at a live process; undefined for a dead one. */
export function closeUp(pid: Pid, limit: number): CloseUp | undefined {
  const process = looked(pid)
  if (process?.alive !== true) return undefined
  return {
    ancestors: ancestorsOf(process.ancestry),
    links: first(eachOf(process.links), limit).map(({ pid }) => pid),
    monitors: chained(process.monitors, limit, 'nextOwned', ({ object }) => object).reverse(),
    monitoredBy: chained(process.monitoredBy, limit, 'nextWatching', ({ owner }) => owner?.pid),
    messages: first(process.mailbox, limit),
    owned: process.resources?.names(limit) ?? [],
    timers: process.timers?.size ?? 0,
    trapping: process.trapping,
    mailbox: process.bound?.info(),
  }
}

/** What is seen here is more than can be told one by one. */
function looked(pid: Pid): Process | undefined {
  const process = routeOf(pid)
  const kernel = process === undefined ? currentKernel() : process.kernel
  kernel.touches(pid, 'everything')
  return process
}

function statusOf(process: Process): ProcessSummary['status'] {
  if (!process.alive) return 'exiting'
  if (process.queued && currentProcess() !== process) return 'runnable'
  if (process.isScript) return process.waiter === undefined ? 'busy' : 'waiting'
  return process.busy ? 'busy' : 'waiting'
}

function first<T>(items: Iterable<T>, limit: number): T[] {
  const taken: T[] = []
  for (const item of items) {
    if (taken.length >= limit) break
    taken.push(item)
  }
  return taken
}

type Chain = NonNullable<Process['monitors']>

function chained<T>(
  from: Chain | undefined,
  limit: number,
  next: 'nextOwned' | 'nextWatching',
  shown: (monitor: Chain) => T | undefined,
): T[] {
  const taken: T[] = []
  for (let at = from; at !== undefined && taken.length < limit; at = at[next]) {
    const item = shown(at)
    if (item !== undefined) taken.push(item)
  }
  return taken
}
