/**
 * Views of processes for the observer, which reads many at a time. No code of a process runs for them, no list is copied as a
 * whole, and no data is kept only for them.
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

/** A short view of a process. */
export interface ProcessSummary {
  readonly pid: Pid
  readonly name: string | undefined
  readonly label: unknown
  /** Whether the process is a script, which calls `receive`, and not an object whose handler is called per message. */
  readonly script: boolean
  /** The status. `'busy'`: its handler or init awaits something; for a script: it awaits something other than a message. */
  readonly status: 'waiting' | 'runnable' | 'busy' | 'exiting'
  readonly queueLength: number
  /** The number of messages taken from its mailbox, modulo 2³². */
  readonly handled: number
  readonly links: number
  readonly owned: number
  readonly parent: Pid | undefined
  /** For how long its handler has been waiting, in milliseconds; `undefined` if it does not wait, or if the kernel was not observed when the wait began. */
  readonly busyFor: number | undefined
}

/** The short view of a live process; `undefined` for a dead one. */
export function processSummary(pid: Pid): ProcessSummary | undefined {
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

/** A view of a process of another kernel. */
export interface ElsewhereSight {
  /** The name of its kernel. */
  readonly node: string
  /** The name of its class, if it is known. */
  readonly runs: string | undefined
  /** The name that it has here. */
  readonly name: string | undefined
}

/** A view of a process of another kernel; `undefined` for a process of this one. */
export function seenElsewhere(pid: Pid): ElsewhereSight | undefined {
  // Where a process lives never changes: a simulation is not told of a look, which would make each step depend on all others.
  const process = routeOf<Process>(pid)
  if (process?.isRemote !== true) return undefined
  return { node: pid.node, runs: (process as RemoteProcess).runs, name: process.name }
}

/** The numbers by which processes can be sorted. */
export type Figure = 'id' | 'queueLength' | 'handled' | 'links' | 'owned'

const FIGURES: { readonly [F in Figure]: (process: Process) => number } = {
  id: (process) => process.pid.id,
  queueLength: (process) => process.mailbox.length,
  handled: (process) => process.mailbox.taken,
  links: (process) => countOfLinks(process.links),
  owned: (process) => process.resources?.size ?? 0,
}

/** A single number of a process, for reading very many; 0 for a dead one. */
export function figure(pid: Pid, which: Figure): number {
  const process = looked(pid)
  return process === undefined ? 0 : FIGURES[which](process)
}

/** The delivery of the oldest message in a mailbox: the token in its `DeliveryEvent`. */
export function oldestDelivery(pid: Pid): object | undefined {
  return routeOf<Process>(pid)?.mailbox.first
}

/** The behaviour of a live process that was given to `spawnBehaviour` or `startBehaviour`; `undefined` for a script. */
export function behaviourOf(pid: Pid): Behaviour | undefined {
  const process = routeOf<Process>(pid)
  return process === undefined || process.isScript ? undefined : (givenBody(process) as Behaviour)
}

/** A detailed view of a process, with the first items of each list. */
export interface ProcessDetail {
  readonly ancestors: readonly (Pid | string)[]
  readonly links: readonly Pid[]
  readonly monitors: readonly (Pid | RemoteName)[]
  readonly monitoredBy: readonly Pid[]
  readonly messages: readonly unknown[]
  /** The class names of the resources that it owns. */
  readonly owned: readonly string[]
  /** The number of timers that will send it a message. */
  readonly timers: number
  readonly trapExit: boolean
  readonly mailbox: MailboxInfo | undefined
}

/** The detailed view of a live process; `undefined` for a dead one. @param limit the number of items of each list */
export function processDetail(pid: Pid, limit: number): ProcessDetail | undefined {
  const process = looked(pid)
  if (process?.alive !== true) return undefined
  return {
    ancestors: ancestorsOf(process.ancestry),
    links: first(eachOf<Process>(process.links), limit).map(({ pid }) => pid),
    monitors: chained(process.monitors, limit, 'nextOwned', ({ object }) => object).reverse(),
    monitoredBy: chained(process.monitoredBy, limit, 'nextWatching', ({ owner }) => owner?.pid),
    messages: first(process.mailbox, limit),
    owned: process.resources?.names(limit) ?? [],
    timers: process.timers?.size ?? 0,
    trapExit: process.trapping,
    mailbox: process.bound?.info(),
  }
}

/** The record of a process. For simulations the look counts as a read of everything, since a view has too many parts to note each. */
function looked(pid: Pid): Process | undefined {
  const process = routeOf<Process>(pid)
  const kernel = process === undefined ? currentKernel() : process.kernel
  kernel.touches(pid, 'everything')
  return process
}

function statusOf(process: Process): ProcessSummary['status'] {
  if (!process.alive) return 'exiting'
  if (process.queued && currentProcess<Process>() !== process) return 'runnable'
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
