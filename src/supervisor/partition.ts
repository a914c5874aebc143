/**
 * Addresses of partitions: `partition(supervisor, key)` names the child that a key belongs to. The table of partitions is in the
 * process dictionary of the supervisor. So it is gone when the supervisor dies, and is read without a message.
 */
import { inspect } from 'node:util'
import { type Addressed, type ServerRef, whereisServer } from '../genserver/index.js'
import {
  currentKernel,
  isAlive,
  isInstance,
  isList,
  Pid,
  printed,
  processInfo,
  put,
  Reference,
} from '../kernel/index.js'
import { supervisorError } from './errors.js'

/**
 * The type of the keys that choose a partition. A whole number chooses by its remainder; any other key by a hash, which is
 * the same in every program and at every start.
 */
export type PartitionKey = string | number | bigint | boolean | Pid | Reference | readonly PartitionKey[]

/** The key of the table in the process dictionary of a partition supervisor. */
const TABLE = Symbol('partitions')

/** The word under which the kernel tells waiting callers that partitions have started. */
const EXPECTED = 'a partition that runs'

/** The table of the partitions of one incarnation of a supervisor. */
export class PartitionTable {
  /** The number of partitions in use. */
  count: number
  readonly #pids: (Pid | undefined)[] = []

  /** @param limit the highest number of partitions */
  constructor(readonly limit: number) {
    this.count = limit
  }

  /** Stores this table in the dictionary of the current process. */
  install(): void {
    put(TABLE, this)
  }

  started(partition: number, pid: Pid | undefined): void {
    this.#pids[partition] = pid
    this.changed()
  }

  /** Wakes all callers that wait for a partition of any supervisor. Each of them then looks for its own partition again. */
  changed(): void {
    currentKernel().names.tell(EXPECTED)
  }

  /** The process of a partition; while the partition does not run, its last process. */
  latest(partition: number): Pid | undefined {
    return this.#pids[partition]
  }

  /** The process of a partition; `undefined` while the partition does not run. */
  at(partition: number): Pid | undefined {
    const pid = this.#pids[partition]
    return pid !== undefined && isAlive(pid) ? pid : undefined
  }
}

function tableOf(supervisor: ServerRef): PartitionTable | undefined {
  const pid = whereisServer(supervisor)
  const table = pid instanceof Pid ? processInfo(pid, 'dictionary')?.get(TABLE) : undefined
  return table instanceof PartitionTable ? table : undefined
}

/**
 * The address of the partition that `key` belongs to, for `call`, `cast`, `stop`, `ref(Class, …)` and all other functions that
 * take a server. The address is resolved at each use. The same key always leads to the same partition, until the number of
 * partitions changes. Elixir's `{:via, PartitionSupervisor, {name, key}}`.
 *
 * While the partition does not run, a call rejects with CALL_NOPROC, and a cast is dropped.
 *
 * @throws PARTITION_KEY_INVALID for a key that has no stable hash
 * @example
 * ```ts
 * await ref(Counter, partition('counters', userId)).call.add(1)
 * cast(partition('writers', self()), { line: 'hello' })
 * ```
 */
export function partition(supervisor: ServerRef, key: PartitionKey): Addressed {
  return new PartitionAddress(supervisor, key)
}

/**
 * The number of partitions that a partition supervisor has in use. Elixir's `PartitionSupervisor.partitions/1`.
 *
 * @throws NOT_PARTITIONED when no partition supervisor of that name runs
 * @example
 * ```ts
 * for (let at = 0; at < partitions('counters'); at++) cast(partition('counters', at), 'flush')
 * ```
 */
export function partitions(supervisor: ServerRef): number {
  const table = tableOf(supervisor)
  if (table === undefined) throw supervisorError('NOT_PARTITIONED', { supervisor })
  return table.count
}

class PartitionAddress implements Addressed {
  readonly #supervisor: ServerRef
  readonly #key: PartitionKey
  readonly #route: number | bigint

  constructor(supervisor: ServerRef, key: PartitionKey) {
    this.#supervisor = supervisor
    this.#key = key
    this.#route = routeOf(key)
  }

  /** The pid of the partition. While the partition does not run: a text under which no process is found, so that errors show it. */
  get target(): Pid | string {
    const table = tableOf(this.#supervisor)
    if (table === undefined) return `${this} (no partition supervisor of that name runs)`
    if (table.count === 0) return `${this} (it has no partitions)`
    return table.at(remainder(this.#route, table.count)) ?? this.toString()
  }

  get latest(): Pid | undefined {
    const table = tableOf(this.#supervisor)
    return table === undefined || table.count === 0
      ? undefined
      : table.latest(remainder(this.#route, table.count))
  }

  get expected(): string {
    return EXPECTED
  }

  toString(): string {
    const key = typeof this.#key === 'string' ? `"${this.#key}"` : printed(this.#key)
    return `partition(${printed(this.#supervisor)}, ${key})`
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

/** The number whose remainder chooses the partition. */
function routeOf(key: PartitionKey): number | bigint {
  if (typeof key === 'number' && Number.isInteger(key)) return Math.abs(key)
  if (typeof key === 'bigint') return key < 0n ? -key : key
  return hashOfText(textOf(key))
}

function remainder(route: number | bigint, count: number): number {
  return typeof route === 'bigint' ? Number(route % BigInt(count)) : route % count
}

/** The text that is hashed. Equal keys have equal texts; `1` and `'1'` inside a list have different ones. */
function textOf(key: PartitionKey): string {
  if (typeof key === 'string') return JSON.stringify(key)
  if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') return String(key)
  if (isInstance(key, Pid) || isInstance(key, Reference)) return String(key)
  if (isList(key)) return `[${key.map(textOf).join()}]`
  throw supervisorError('PARTITION_KEY_INVALID', { key })
}

/**
 * A hash of a text, 32 bits, the same in every program. It is FNV-1a with the final mix of MurmurHash3: with the mix, the low bits
 * depend on the whole text, also for texts that differ only at their end.
 */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
