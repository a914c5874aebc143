/**
 * Partition supervisors: supervisors that run the same child several times, so that no single process is a bottleneck and a crash
 * loses only one part of the state. The engine is that of a static supervisor, with numbered children.
 */
import { availableParallelism } from 'node:os'
import type { Awaitable, ServerRef } from '../genserver/index.js'
import { checkKnown, type Pid, REGISTERS, type Rules, rules } from '../kernel/index.js'
import {
  type Child,
  type ChildOverrides,
  type ChildSpec,
  childSpec,
  SPEC_INPUT,
  toChildSpec,
} from './child-spec.js'
import { StaticEngine } from './engine/static-engine.js'
import { pidOf } from './engine/supervised-child.js'
import { type Answer, refusal, SupervisorRequest } from './engine/supervisor-requests.js'
import { type SupervisorStartOptions, startEngine } from './engine/supervisor-server.js'
import { PartitionTable } from './partition.js'
import type { SupervisorSpec } from './supervisor.js'
import { ask } from './supervisor-client.js'
import {
  type CommonOptions,
  checkOptions,
  checkSupervisor,
  SUPERVISOR_RULES,
  type SupervisorOptions,
} from './supervisor-options.js'

/** Options of `startPartitionSupervisor`. */
export interface PartitionSupervisorOptions extends CommonOptions {
  /** The child that each partition runs, in any form. Its `id` is replaced by the number. It must not register a fixed name. */
  readonly child: Child
  /** The number of partitions. Default the number of cores. */
  readonly partitions?: number | undefined
  /**
   * Computes the arguments of one partition from those of `child`: the `args` of a spec, or the second element of
   * `[Class, args]`. Default: all partitions get the same arguments.
   */
  readonly withArguments?: ((args: never, partition: number) => unknown) | undefined
  /** The only strategy of a partition supervisor. It may be written out, but need not be. */
  readonly strategy?: 'one_for_one' | undefined
  readonly autoShutdown?: 'never' | undefined
}

/** Options, or a function that computes them inside the supervisor at each of its starts. */
export type PartitionSupervisorInit =
  | PartitionSupervisorOptions
  | (() => Awaitable<PartitionSupervisorOptions | 'ignore'>)

/**
 * Starts a supervisor that runs the same child several times, as partitions 0 to n − 1, and waits until all are up.
 * Elixir's `PartitionSupervisor.start_link/1`.
 *
 * Messages find their partition by a key: `partition(name, key)` is the address. All functions for static supervisors work
 * here too. The ids of the children are their numbers as strings.
 *
 * @param init options, checked before anything is started; or a function that computes them inside the supervisor
 * @param options `name` registers it, and is what partitions are addressed by; `link` (default true) links it
 * @throws as `startSupervisor`. All of them reject.
 * @example
 * ```ts
 * await startPartitionSupervisor({ child: Counter, partitions: 4 }, { name: 'counters' })
 * await ref(Counter, partition('counters', userId)).call.add(1)
 * ```
 */
export function startPartitionSupervisor(
  init: PartitionSupervisorInit,
  options: SupervisorStartOptions = {},
): Promise<Pid> {
  return startEngine(init, checkPartitions, (plan) => new PartitionEngine(plan, options), options)
}

/**
 * The spec of a partition supervisor as a child. Elixir's `PartitionSupervisor.child_spec/1`.
 *
 * @param input fields of the spec that differ; `name` registers the supervisor, by default under the id
 * @throws what the check of options given as such finds
 * @example
 * ```ts
 * await startSupervisor({ children: [partitionSupervisorSpec('counters', { child: Counter })] })
 * ```
 */
export function partitionSupervisorSpec(
  id: string,
  init: PartitionSupervisorInit,
  input: ChildOverrides & Pick<SupervisorStartOptions, 'name'> = {},
): SupervisorSpec {
  checkKnown('partitionSupervisorSpec', input, SPEC_INPUT)
  const { name = id, ...overrides } = input
  const start = (): Promise<Pid> => startPartitionSupervisor(init, { name, label: id })
  const supervises =
    typeof init === 'function' ? async () => planned(await init()) : checkPartitions(init).options
  return { id, start, type: 'supervisor', ...overrides, [REGISTERS]: name, supervises }
}

/**
 * Changes the number of partitions in use. Partitions beyond it are stopped, the last one first, and are started again when
 * the number grows. Keys are then spread over the new number. Elixir's `PartitionSupervisor.resize!/2`.
 *
 * @param count from 0 to the number that the supervisor was started with
 * @returns the number of partitions before
 * @throws NOT_PARTITIONED; PARTITION_COUNT_INVALID; START_CHILD_FAILED when a partition does not start (the partitions
 *   before it are then in use); and the errors of `call`. All of them reject.
 * @example
 * ```ts
 * await resizePartitions('counters', 2)
 * ```
 */
export async function resizePartitions(supervisor: ServerRef, count: number): Promise<number> {
  return (await ask(supervisor, 'resizePartitions', count)) as number
}

/** The options of a partition supervisor after the checks. */
interface PartitionPlan {
  readonly count: number
  readonly options: SupervisorOptions
}

const PARTITION_RULES: Rules = {
  ...SUPERVISOR_RULES,
  child: { expected: 'a child, as a supervisor would list it', fits: (value) => value !== null },
  partitions: rules.wholeNumber(1),
  withArguments: { ...rules.action, expected: 'a function of the arguments and the partition' },
  strategy: { ...rules.oneOf(['one_for_one']), expected: "'one_for_one' for a partition supervisor" },
  autoShutdown: { ...rules.oneOf(['never']), expected: "'never' for a partition supervisor" },
  children: { expected: 'absent: every partition runs the same child', fits: () => false },
}

function checkPartitions(given: PartitionSupervisorOptions): PartitionPlan {
  checkOptions(given, PARTITION_RULES)
  const { child, partitions = availableParallelism(), withArguments, ...common } = given
  const children: ChildSpec[] = []
  for (let at = 0; at < partitions; at++) {
    children.push(toChildSpec(withArguments === undefined ? child : argued(child, withArguments, at)))
  }
  const numbered = children.map((spec, at) => ({ ...spec, id: String(at) }))
  const options: SupervisorOptions = { ...common, children: numbered }
  checkSupervisor(options)
  return { count: partitions, options }
}

/** The child of one partition, with arguments of its own. */
function argued(child: Child, change: (args: never, partition: number) => unknown, partition: number): Child {
  if (Array.isArray(child)) {
    const [source, args, overrides] = child
    return [source, change(args as never, partition), overrides]
  }
  if (typeof child === 'function' || childSpec in child) return [child, change(undefined as never, partition)]
  const spec = toChildSpec(child)
  return { ...spec, args: change(spec.args as never, partition) as readonly unknown[] }
}

function planned(computed: PartitionSupervisorOptions | 'ignore'): SupervisorOptions | 'ignore' {
  return computed === 'ignore' ? 'ignore' : checkPartitions(computed).options
}

class PartitionEngine extends StaticEngine {
  readonly #table: PartitionTable

  constructor({ count, options }: PartitionPlan, start: SupervisorStartOptions) {
    const table = new PartitionTable(count)
    const children = (options.children as readonly ChildSpec[]).map((spec, at) => noted(spec, at, table))
    super(checkSupervisor({ ...options, children }), start)
    this.#table = table
    table.install()
  }

  override answer(request: SupervisorRequest): Awaitable<Answer> {
    const { operation, argument } = request
    return operation === 'resizePartitions' ? this.#resize(argument as number) : super.answer(request)
  }

  async #resize(count: number): Promise<Answer> {
    const table = this.#table
    const { count: before, limit } = table
    if (!Number.isInteger(count) || count < 0 || count > limit) {
      return refusal(this, 'PARTITION_COUNT_INVALID', undefined, { count, limit })
    }
    // Messages must reach neither a partition that is about to stop nor one that does not run yet.
    if (count < before) table.count = count
    table.changed()
    for (let at = before - 1; at >= count; at--) {
      await super.answer(new SupervisorRequest('terminateChild', String(at)))
    }
    for (let at = before; at < count; at++) {
      const answer = await super.answer(new SupervisorRequest('restartChild', String(at)))
      if ('refused' in answer && answer.refused === 'START_CHILD_FAILED') return answer
      table.count = at + 1
      table.changed()
    }
    return { ok: before }
  }
}

/** The spec of a partition whose start function also enters the pid into the table. */
function noted(spec: ChildSpec, partition: number, table: PartitionTable): ChildSpec {
  const start = async (...args: never[]) => {
    const started = await spec.start(...args)
    table.started(partition, pidOf(started))
    return started
  }
  return { ...spec, start }
}
