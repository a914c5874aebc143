import {
  classAround,
  decorating,
  type MethodContext,
  type OfInstances,
  ofMembers,
  recordHandler,
} from '../decorators/index.js'
import { ref, type ServerClass } from '../genserver/index.js'
import type { Pid } from '../kernel/index.js'
import { checkFunction, exit, printed, rules, self, spawnLink } from '../kernel/index.js'
import { type CronOptions, mistakesOf } from './cron-options.js'
import { cronError } from './errors.js'
import type { Firing } from './firing.js'
import { keepSchedule } from './schedule.js'

interface CronDecorator {
  <T extends object, F extends (firing: Firing) => unknown>(
    prototype: T & OfInstances<T>,
    method: string,
    _: TypedPropertyDescriptor<F>,
  ): void
  <T extends object, F extends (firing: Firing) => unknown>(method: F, context: MethodContext<T>): void
}

/**
 * Runs the method of a worker at the times of a cron expression: once in the cluster, however many nodes have the worker; without a cluster, once in the program. It runs as
 * a call to the worker, one message at a time; a throw crashes the worker.
 *
 * The expression has five fields (minute, hour, day of the month, month, day of the week), or six with seconds first. The package `croner` parses it and must be installed.
 *
 * | event | effect |
 * | --- | --- |
 * | the time zone skips an hour | a fixed time (`30 2 * * *`) fires when the clocks have changed; intervals do not fire |
 * | the time zone repeats an hour | a fixed time fires the first time; intervals fire in both hours |
 * | no node fired in time | `misfire` |
 * | the previous run still runs | `overlap` |
 * | the node ended during the run | `unfinished` |
 *
 * The log reports all of these, in records of the kind `'cron'`.
 *
 * @throws CRON_INVALID for an invalid expression, zone or option; `heartwood check` finds them
 * @example
 * ```ts
 * import { GenServer } from 'heartwood'
 * import { Cron, type Firing } from 'heartwood/cron'
 *
 * @GenServer({ name: 'reports' })
 * class Reports {
 *   @Cron('0 6 * * MON-FRI', { zone: 'Europe/Berlin', timeout: 600_000 })
 *   morning(firing: Firing): void {
 *     console.log('the report of', firing.scheduledAt)
 *   }
 * }
 * console.log(Reports.name)
 * ```
 */
export function Cron(expression: string, options: CronOptions = {}): CronDecorator {
  return ofMembers('Cron', (prototype: object, method: string) => {
    const Class = classAround(prototype) as ServerClass
    const place = `${Class.name}.${String(method)}`
    decorating(Class, () => check(`@Cron of ${place}`, expression, options))
    const call = `cron of ${String(method)}`
    const { name = place } = options ?? {}
    // What a firing has is not for messages, which may be copied: a number stands for it.
    const firings = new Map<number, Firing>()
    Object.defineProperty(prototype, call, {
      configurable: true,
      value(this: Record<string, (firing: Firing | undefined) => unknown>, number: number): unknown {
        return this[method]?.(firings.get(number))
      },
    })
    let last = 0
    const started = (Exact: ServerClass): void => {
      const worker = self()
      const job = {
        name,
        expression,
        options,
        run: (firing: Firing) => asked(Exact, worker, call, firings, ++last, firing),
        kill: () => exit(worker, 'kill'),
      }
      spawnLink(() => keepSchedule(job), { label: `the schedule of ${name}` })
    }
    recordHandler(prototype, { kind: 'Cron', method, call, started })
  })
}

async function asked(
  Class: ServerClass,
  worker: Pid,
  call: string,
  firings: Map<number, Firing>,
  number: number,
  firing: Firing,
): Promise<void> {
  firings.set(number, firing)
  try {
    const calls = ref(Class, worker).with({ timeout: Number.POSITIVE_INFINITY }).call as unknown as Record<
      string,
      (number: number) => Promise<unknown>
    >
    await calls[call]?.(number)
  } finally {
    firings.delete(number)
  }
}

/** A schedule as a child of a supervisor. */
export interface CronChildSpec {
  readonly id: string
  readonly start: () => Pid
  readonly restart: 'permanent'
  /** Milliseconds that a run has to end when its supervisor stops. */
  readonly shutdown: number
}

/**
 * The spec of a child that runs a function at the times of a cron expression, as `Cron` runs a method. A failure is logged, and does not affect later firings.
 *
 * @param name the name among the schedules of the cluster
 * @param options the options of `Cron`
 * @param run the function; when its supervisor stops, its signal fires, and it has 5 s to end
 * @throws CRON_INVALID, NOT_A_FUNCTION
 * @example
 * ```ts
 * import { startSupervisor, stop } from 'heartwood'
 * import { cron } from 'heartwood/cron'
 *
 * const supervisor = await startSupervisor({
 *   children: [cron('clean up', '0 3 * * *', { zone: 'Europe/Berlin' }, async () => console.log('cleaned'))],
 * })
 * await stop(supervisor)
 * ```
 */
export function cron(
  name: string,
  expression: string,
  options: Omit<CronOptions, 'name'>,
  run: (firing: Firing) => unknown,
): CronChildSpec {
  const all = rules.isRecord(options) ? { ...options, name } : options
  check(`cron ${printed(name)}`, expression, all)
  checkFunction(run, 'cron')
  const job = { name, expression, options: all, run }
  return {
    id: `cron ${name}`,
    start: () => spawnLink(() => keepSchedule(job), { label: `the schedule of ${name}`, ancestry: true }),
    restart: 'permanent',
    shutdown: 5_000,
  }
}

/** @throws CRON_INVALID */
function check(action: string, expression: unknown, options: unknown): void {
  const mistakes = mistakesOf(expression, options)
  if (mistakes.length > 0)
    throw cronError('CRON_INVALID', {
      action,
      problems: mistakes.map(rules.mistakeText).join('; '),
      mistakes,
    })
}
