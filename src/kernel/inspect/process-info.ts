import { actor, currentKernel } from '../context/current-kernel.js'
import { currentProcess } from '../context/current-process.js'
import { checkPid, checkText } from '../errors/argument-checks.js'
import { kernelError } from '../errors/errors.js'
import type { MailboxInfo } from '../mail/mailbox-limit.js'
import type { NameKeeper } from '../names/name-table.js'
import { givenBody } from '../probe/probed-process.js'
import type { Behaviour } from '../process/behaviour.js'
import type { Process } from '../process/process.js'
import type { Touched } from '../process/touched-state.js'
import { ancestorsOf } from '../report/report.js'
import { isList } from '../show/index.js'
import { hasLink, linksOf } from '../signals/link-table.js'
import type { Monitor } from '../signals/monitor-record.js'
import { Pid, routeOf } from '../terms/pid.js'
import type { RemoteName } from '../terms/signal-messages.js'

/** Returns the current process; outside every process, the program's main process. Erlang's `self/0`. */
export function self(): Pid {
  return (currentProcess<Process>() ?? actor()).pid
}

/** Returns the current process; undefined outside every process. Unlike `self()` it does not create the main process. */
export function currentPid(): Pid | undefined {
  return currentProcess<Process>()?.pid
}

/**
 * Whether the process is alive. For a process of another kernel: whether that kernel can be reached and no end of the process was reported.
 * Erlang's `is_process_alive/1`, which accepts only local processes.
 */
export function isAlive(pid: Pid): boolean {
  checkPid(pid, 'isAlive')
  const process = routeOf<Process>(pid)
  // Who lives has its kernel at hand; the current one must be looked for.
  const kernel = process === undefined ? currentKernel() : process.kernel
  kernel.touches(pid)
  return process?.atHand ?? false
}

/** Whether a process is one of another kernel, of which no more is known here. */
export function isElsewhere(pid: Pid): boolean {
  checkPid(pid, 'isElsewhere')
  return routeOf<Process>(pid)?.isRemote === true
}

/** Whether the current process is linked with another. */
export function isLinked(pid: Pid): boolean {
  checkPid(pid, 'isLinked')
  const process = actor()
  process.kernel.touches(pid, 'link')
  const other = routeOf<Process>(pid)
  return other !== undefined && hasLink(process, other)
}

/** Whether nothing is left of a process: it is dead, what it owned is closed, and whoever watched it is told or about to be. */
export function isOver(pid: Pid): boolean {
  checkPid(pid, 'isOver')
  currentKernel().touches(pid)
  return routeOf<Process>(pid) === undefined
}

/** All living processes of the kernel, the oldest first. Erlang's `processes/0`. */
export function processes(): Pid[] {
  return currentKernel().processes()
}

/** The process that started the current one. Its exit signal tells a server to stop. */
export function parentPid(): Pid | undefined {
  return actor().parent
}

/** The behaviour of the current process, as given to `spawnBehaviour` or `startBehaviour`; undefined in a script. */
export function currentBehaviour(): Behaviour | undefined {
  const process = currentProcess<Process>()
  return process === undefined || process.isScript ? undefined : (givenBody(process) as Behaviour)
}

/** The processes above the current one that were started with an awaited init, nearest first, by name if they have one. `$ancestors`. */
export function ancestors(): readonly (Pid | string)[] {
  return ancestorsOf(actor().ancestry)
}

/** The result of `processInfo`. */
export interface ProcessInfo {
  registeredName: string | undefined
  /** The name that it was started under, if the name belongs to a registry. */
  via: NameKeeper | undefined
  label: unknown
  status: 'waiting' | 'runnable' | 'running' | 'exiting'
  messageQueueLength: number
  messages: unknown[]
  links: Pid[]
  /** The processes that it monitors. */
  monitors: (Pid | RemoteName)[]
  /** The processes that monitor it. */
  monitoredBy: Pid[]
  trapExit: boolean
  parent: Pid | undefined
  ancestors: (Pid | string)[]
  dictionary: ReadonlyMap<unknown, unknown>
  /** The number of resources that it owns. */
  owned: number
  /** The limit of its mailbox, and the counts of refused and dropped messages; undefined without a limit. */
  mailbox: MailboxInfo | undefined
}

const ITEMS: { [K in keyof ProcessInfo]: (process: Process) => ProcessInfo[K] } = {
  registeredName: (process) => process.name,
  via: (process) => process.via,
  label: (process) => process.label,
  status: statusOf,
  messageQueueLength: (process) => process.mailbox.length,
  messages: (process) => [...process.mailbox],
  links: (process) => linksOf<Process>(process).map((other) => other.pid),
  monitors: (process) => monitored(process),
  monitoredBy: (process) => watchers(process),
  trapExit: (process) => process.trapping,
  parent: (process) => process.parent,
  ancestors: (process) => ancestorsOf(process.ancestry),
  dictionary: (process) => new Map(process.dictionary),
  owned: (process) => process.resources?.size ?? 0,
  mailbox: (process) => process.bound?.info(),
}

/** What others change of a process, too. */
const LISTS: { readonly [K in keyof ProcessInfo]?: Touched } = {
  registeredName: 'name',
  links: 'links',
  monitors: 'monitors',
  monitoredBy: 'monitors',
  dictionary: 'dictionary',
}

/**
 * Returns information about a process: everything, one item, or a list of items as pairs in the order asked for. `undefined`
 * for a dead process. Erlang's `process_info/1,2`.
 *
 * @throws BAD_INFO_ITEM, NOT_A_PID, NOT_LOCAL
 * @example
 * ```ts
 * processInfo(pid, 'messageQueueLength') // 3
 * ```
 */
export function processInfo(pid: Pid): ProcessInfo | undefined
export function processInfo<K extends keyof ProcessInfo>(pid: Pid, item: K): ProcessInfo[K] | undefined
export function processInfo<K extends keyof ProcessInfo>(
  pid: Pid,
  items: readonly K[],
): [K, ProcessInfo[K]][] | undefined
export function processInfo(pid: Pid, items?: string | readonly string[]): unknown {
  checkPid(pid, 'processInfo')
  const wanted =
    items === undefined ? Object.keys(ITEMS) : isList(items) ? (items as readonly string[]) : [items]
  for (const item of wanted) {
    if (typeof item !== 'string' || !Object.hasOwn(ITEMS, item)) {
      throw kernelError('BAD_INFO_ITEM', { item, known: Object.keys(ITEMS).join(', ') })
    }
  }
  const kernel = currentKernel()
  kernel.touches(pid)
  kernel.touches(pid, 'state')
  for (const item of wanted) {
    const list = LISTS[item as keyof ProcessInfo]
    if (list !== undefined) kernel.touches(pid, list)
  }
  const process = routeOf<Process>(pid)
  if (process?.alive !== true) return undefined
  if (process.isRemote) throw kernelError('NOT_LOCAL', { action: 'processInfo', pid, node: pid.node })
  if (typeof items === 'string') return ITEMS[items as keyof ProcessInfo](process)
  const pairs = wanted.map((item) => [item, ITEMS[item as keyof ProcessInfo](process)] as const)
  return items === undefined ? Object.fromEntries(pairs) : pairs
}

function monitored(process: Process): (Pid | RemoteName)[] {
  const objects: (Pid | RemoteName)[] = []
  for (let at: Monitor | undefined = process.monitors; at !== undefined; at = at.nextOwned)
    objects.push(at.object)
  return objects.reverse()
}

function watchers(process: Process): Pid[] {
  const pids: Pid[] = []
  for (let at: Monitor | undefined = process.monitoredBy; at !== undefined; at = at.nextWatching) {
    if (at.owner !== undefined) pids.push(at.owner.pid)
  }
  return pids
}

/** Sets the label of the current process in logs, reports and the observer. Elixir's `Process.set_label/1`. */
export function setLabel(label: unknown): void {
  actor().label = label
}

declare const VALUE: unique symbol

/** A key of process dictionaries whose values have the type `T`. */
export type ProcessKey<T> = symbol & { readonly [VALUE]: (value: T) => T }

/** What is stored under a key: of a plain one nobody knows. */
type ValueOf<K> = K extends ProcessKey<infer T> ? T : unknown

/**
 * Makes a key for `put`, `get`, `erase` and `inherited` with the type of its value.
 *
 * @param name the name; equal names are the same key, like an atom in Erlang, so begin it with the name of your package
 * @example
 * ```ts
 * const LOCALE = processKey<string>('shop.locale')
 * put(LOCALE, 'de')
 * get(LOCALE) // 'de', a string | undefined
 * ```
 */
export function processKey<T>(name: string): ProcessKey<T> {
  checkText(name, 'processKey', 'its name')
  return Symbol.for(name) as ProcessKey<T>
}

/** Stores a value in the current process's dictionary. Returns the previous value. Elixir's `Process.put/2`. */
export function put<K>(key: K, value: ValueOf<K>): ValueOf<K> | undefined {
  const process = actor()
  process.kernel.touches(process.pid, 'dictionary change')
  process.dictionary ??= new Map()
  const before = process.dictionary.get(key) as ValueOf<K> | undefined
  process.dictionary.set(key, value)
  return before
}

/** Returns a value of the current process's dictionary. Elixir's `Process.get/1`. */
export function get<K>(key: K): ValueOf<K> | undefined {
  return actor().dictionary?.get(key) as ValueOf<K> | undefined
}

/**
 * Returns the value under `key` in the dictionary of the current process, or of the nearest process above it that has one: its
 * parent, the parent's parent and so on; if one of them is dead, its ancestors. Nothing is copied.
 */
export function inherited<K>(key: K): ValueOf<K> | undefined {
  return inheritedOf(actor(), key)
}

/** The same, also in left-over code: its own dictionary is gone, and what is above that is not. */
export function stillInherited<K>(key: K): ValueOf<K> | undefined {
  return inheritedOf(currentProcess<Process>() ?? actor(), key)
}

function inheritedOf<K>(process: Process, key: K): ValueOf<K> | undefined {
  const { kernel } = process
  for (
    let at: Process | undefined = process;
    at !== undefined;
    at = at.parent && routeOf<Process>(at.parent)
  ) {
    kernel.touches(at.pid, 'dictionary')
    const value = at.dictionary?.get(key) as ValueOf<K> | undefined
    if (value !== undefined) return value
    if (at.parent !== undefined) kernel.touches(at.parent)
  }
  for (const ancestor of ancestorsOf(process.ancestry)) {
    const above = typeof ancestor === 'string' ? kernel.names.get(ancestor) : routeOf<Process>(ancestor)
    const pid = typeof ancestor === 'string' ? above?.pid : ancestor
    if (pid !== undefined) {
      kernel.touches(pid)
      kernel.touches(pid, 'dictionary')
    }
    const value = above?.dictionary?.get(key) as ValueOf<K> | undefined
    if (value !== undefined) return value
  }
  return undefined
}

/** Removes a value from the current process's dictionary. Returns it. Elixir's `Process.delete/1`. */
export function erase<K>(key: K): ValueOf<K> | undefined {
  const { dictionary, kernel, pid } = actor()
  kernel.touches(pid, 'dictionary change')
  const before = dictionary?.get(key) as ValueOf<K> | undefined
  dictionary?.delete(key)
  return before
}

function statusOf(process: Process): 'waiting' | 'runnable' | 'running' | 'exiting' {
  if (!process.alive) return 'exiting'
  return currentProcess<Process>() === process ? 'running' : process.queued ? 'runnable' : 'waiting'
}
