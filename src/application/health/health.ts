/** The health of a system: whether it is live and ready, with the reasons if not. */
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

/** One side of the health: live or ready. */
export interface HealthState {
  readonly ok: boolean
  /** The reasons; empty if `ok`. */
  readonly reasons: readonly string[]
}

/** The health of a system. */
export interface HealthReport {
  /** Whether the system works at all. If not, only a restart of the program helps. */
  readonly live: HealthState
  /** Whether the system should get work now. A system that is not live is not ready either. */
  readonly ready: HealthState
}

/** An object with a health: a running system. */
export interface Healthy {
  readonly health: SystemHealth
}

/**
 * Reads the health of a system: `live` and `ready`, each with reasons if not. It is for the endpoints of load balancers and
 * container platforms.
 *
 * | side | is not ok while |
 * | --- | --- |
 * | `live` | the system has ended; a check of kind `'live'` fails |
 * | `ready` | the system is not live; it boots, drains or stops; the event loop was just blocked; a root supervisor is at the limit of its restarts; a check fails, or its worker waits to be restarted |
 *
 * @param system the result of `boot`; default the system of the current process, also while it boots
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
 * Adds a check to the health of the system of the current process. It replaces a check with the same name of this process, and is
 * removed when the process ends for good. All workers of a class may have a check with the same name: failures are then combined, with
 * the pids of the workers.
 *
 * Each reading runs the check in a new process. It fails if it returns false or a string, which is the reason, if it throws, or if it
 * takes longer than `timeout`. A check that still runs since an earlier reading is not started again; its reason says for how long it
 * has been running.
 *
 * @returns an object whose disposal removes the check
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

/** The parts of a system that its health is read from. */
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

  /** Reads the state of the system and runs all checks. It takes at most the longest time-out of a check. */
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

  /** The reasons during the boot: the step that it waits for, and the applications that follow. */
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
