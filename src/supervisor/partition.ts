/**
 * Partitions as addresses: which of several equal children a key belongs to. The table that tells is with the
 * supervisor process, so it lives and dies with it, and anyone may look into it without asking the process.
 */
import { inspect } from 'node:util'
import { type Addressed, type ServerRef, whereisServer } from '../genserver/index.js'
import { currentKernel, isAlive, Pid, printed, processInfo, put, Reference } from '../kernel/index.js'
import { supervisorError } from './errors.js'

/**
 * What a partition is chosen by. Whole numbers count through the partitions, by their remainder; anything else goes
 * by a hash, which is the same in every program and at every start.
 */
export type PartitionKey = string | number | bigint | boolean | Pid | Reference | readonly PartitionKey[]

/** Where a partition supervisor keeps its table, in its process dictionary. */
const TABLE = Symbol('partitions')

/** What is told when partitions have come. */
const EXPECTED = 'a partition that runs'

/** The partitions of one incarnation of a supervisor. */
export class PartitionTable {
  /** How many are in use. */
  count: number
  readonly #pids: (Pid | undefined)[] = []

  /** @param limit how many there are at most */
  constructor(readonly limit: number) {
    this.count = limit
  }

  /** Makes it the table of the current process. */
  install(): void {
    put(TABLE, this)
  }

  started(partition: number, pid: Pid | undefined): void {
    this.#pids[partition] = pid
    this.changed()
  }

  /** Tells those who wait for a partition, of whichever supervisor: they look for themselves. */
  changed(): void {
    currentKernel().names.tell(EXPECTED)
  }

  /** The process of that partition, or the last one while it does not run. */
  latest(partition: number): Pid | undefined {
    return this.#pids[partition]
  }

  /** The process of that partition; undefined while it does not run. */
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
 * The partition that `key` belongs to, as an address: for `call`, `cast`, `stop`, `ref(Class, …)` and wherever else a
 * server is named. Whichever process is the partition when it is used is meant; the same key always gets the same one,
 * until the number of partitions changes. Elixir's `{:via, PartitionSupervisor, {name, key}}`.
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
 * How many partitions a partition supervisor has now. Elixir's `PartitionSupervisor.partitions/1`.
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

  /** For one that does not run: its printed form, under which no process is found, so that errors name it. */
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

/** A text that is the same for equal keys, and different for `1` and `'1'` inside a list. */
function textOf(key: PartitionKey): string {
  if (typeof key === 'string') return JSON.stringify(key)
  if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') return String(key)
  if (key instanceof Pid || key instanceof Reference) return String(key)
  if (Array.isArray(key)) return `[${key.map(textOf).join()}]`
  throw supervisorError('PARTITION_KEY_INVALID', { key })
}

/**
 * 32 bits of a text, the same everywhere: FNV-1a with the final mix of MurmurHash3, so that the low bits, and texts that differ at
 * their end alone, depend on all of it.
 */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
