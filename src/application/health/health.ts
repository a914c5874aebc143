/** Whether a system is alive and ready, with the reasons why not. */
import { inherited, isAlive, type Kernel, printed, put } from '../../kernel/index.js'
import type { Logger } from '../../logging/index.js'
import { seenSupervisor } from '../../supervisor/index.js'
import type { BootTimeline } from '../boot/boot-timeline.js'
import { applicationError } from '../errors.js'
import type { Controller } from '../lifecycle/application-controller.js'
import { seenApplication } from '../lifecycle/application-master.js'
import { HEALTH, LOGGER } from '../scope.js'
import type { Watchdog } from '../watchdog/watchdog.js'
import { type CheckOwner, type HealthCheckOptions, HealthChecks } from './health-checks.js'

/** One side of a system's health. */
export interface HealthState {
  readonly ok: boolean
  /** What is wrong; empty when all is well. */
  readonly reasons: readonly string[]
}

/** How a system is. */
export interface HealthReport {
  /** Whether it can go on at all. If not, only a restart of the program helps. */
  readonly live: HealthState
  /** Whether it should be given work now. What is not live is not ready either. */
  readonly ready: HealthState
}

/** Something that has a health: a running system. */
export interface Healthy {
  readonly health: SystemHealth
}

/**
 * How a system is: `live` and `ready`, each with the reasons why not. For the endpoints that load balancers and
 * container platforms ask.
 *
 * | side | is not ok while |
 * | --- | --- |
 * | `live` | the system has ended; a check of kind `'live'` fails |
 * | `ready` | it is not live; boots, drains or stops; the event loop was just blocked; a root supervisor is at the limit of its restarts; a check fails, or its worker waits to be restarted |
 *
 * @param system what `boot` returned; default the one that the current process belongs to, also while it still boots
 * @throws HEALTH_NO_SYSTEM
 * @example
 * ```ts
 * const { ready } = await health()
 * response.writeHead(ready.ok ? 200 : 503).end(JSON.stringify(ready))
 * ```
 */
export async function health(system?: Healthy): Promise<HealthReport> {
  return (system?.health ?? current('health()')).read()
}

/**
 * Adds a check to the health of the system that the current process belongs to. It replaces the process's own check of
 * the same name, and goes when the process ends for good. Workers of one class may each have a check of one name: they
 * are told together, with the pids of those that fail.
 *
 * It is asked at every reading, in a process of its own. All is well when it returns, unless it returns false or a
 * string, which is the reason; one that throws or takes longer than `timeout` is a reason too. One that has not answered
 * an earlier reading is not asked again until it has; its reason says for how long it has been asked.
 *
 * @returns what takes it back
 * @throws HEALTH_NO_SYSTEM, HEALTH_CHECK_INVALID
 * @example
 * ```ts
 * health.check('disk', async () => (await freeSpace()) > 1e9 || 'less than 1 GB left', { timeout: 500 })
 * ```
 */
health.check = (name: string, fn: () => unknown, options?: HealthCheckOptions): Disposable =>
  current('health.check()').check(name, fn, options)

function current(action: string): SystemHealth {
  const found = inherited(HEALTH) as SystemHealth | undefined
  if (found === undefined) throw applicationError('HEALTH_NO_SYSTEM', { action })
  return found
}

/** What the health of a system is read from. */
export interface Observed {
  readonly kernel: Kernel
  readonly logger: Logger
  readonly controller: Controller
  readonly timeline: BootTimeline
  readonly watchdog: Watchdog | undefined
  /** The applications in the order of their start. */
  readonly names: readonly string[]
}

/** The health of one system. */
export class SystemHealth {
  readonly #checks = new HealthChecks()

  constructor(private readonly observed: Observed) {}

  /** Adds a check; see `health.check`. @param owner default the current process @throws HEALTH_CHECK_INVALID */
  check(name: string, fn: () => unknown, options: HealthCheckOptions = {}, owner?: CheckOwner): Disposable {
    return this.#checks.add(name, fn, options, owner)
  }

  /** Asks the system and all checks. It takes no longer than the slowest check may. */
  async read(): Promise<HealthReport> {
    const { kernel, controller, logger } = this.observed
    if (controller.stage === 'ended') return report(['the system has ended'], [])
    return kernel.run(async () => {
      put(LOGGER, logger)
      const failed = await this.#checks.failures()
      const reasonsOf = (kind: string): string[] =>
        failed.filter((each) => each.kind === kind).map(({ reason }) => reason)
      return report(reasonsOf('live'), [
        ...this.#stage(),
        ...this.#blocked(),
        ...this.#roots(),
        ...reasonsOf('ready'),
      ])
    })
  }

  #stage(): string[] {
    const { controller } = this.observed
    if (controller.stage === 'booting') return this.#boot()
    return controller.stage === 'running' ? [] : ['the system is stopping']
  }

  /** What it waits for, and what comes after. */
  #boot(): string[] {
    const { timeline, names } = this.observed
    const [, application, ...parts] = timeline.open()
    const last = parts.at(-1)
    const begun = timeline.boot.steps.map(({ name }) => name)
    const late = names
      .filter((name) => !begun.includes(name))
      .map((name) => `application ${name} is not started yet`)
    if (application === undefined) return ['the system is not booted yet', ...late]
    const what =
      last?.kind === 'phase'
        ? `is in phase ${last.name}`
        : `is starting${last === undefined ? '' : `: ${parts.map(({ name }) => name).join(' › ')}`}`
    const since = Math.round(timeline.age(last ?? application))
    return [`application ${application.name} ${what} (${since} ms)`, ...late]
  }

  #blocked(): string[] {
    const ms = this.observed.watchdog?.blocked()
    return ms === undefined ? [] : [`the event loop was blocked for ${Math.round(ms)} ms`]
  }

  /** A root that has no restart left takes its application with it at the next crash. */
  #roots(): string[] {
    return this.observed.controller.applications.flatMap(({ name, pid }) => {
      const root = seenApplication(pid)?.root
      const sight = root !== undefined && isAlive(root) ? seenSupervisor(root) : undefined
      if (sight === undefined || sight.recentRestarts === 0 || sight.recentRestarts < sight.intensity)
        return []
      const { title, recentRestarts: count, intensity, period } = sight
      const restarts = `${count} of ${intensity} restarts in ${period} ms`
      return [`the root ${printed(title)} of application ${name} has no restart left: ${restarts}`]
    })
  }
}

function report(live: readonly string[], ready: readonly string[]): HealthReport {
  return { live: state(live), ready: state([...live, ...ready]) }
}

function state(reasons: readonly string[]): HealthState {
  return { ok: reasons.length === 0, reasons }
}
