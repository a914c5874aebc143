/** Booting a configuration, and the running system that comes of it. */
import {
  type ExitReason,
  type HeartwoodError,
  Kernel,
  type Pid,
  self,
  setDefaultKernel,
} from '../kernel/index.js'
import { createLogger, type Logger, logReporter } from '../logging/index.js'
import { type BootStep, BootTimeline, bootStep } from './boot-tree.js'
import { type ConfigOptions, checkConfig } from './config.js'
import { containFailures } from './containment.js'
import { Controller, type RunningApplication, StopOrder, type SystemExit } from './controller.js'
import { explained } from './culprit.js'
import { applicationError } from './errors.js'
import { SystemHealth } from './health.js'
import { planError, planOf } from './plan.js'
import { watchEventLoop } from './watchdog.js'

/** What a program may bring to its boot. */
export interface BootOptions {
  /** Where it runs. Default a new one on the system clock, which becomes the default kernel. */
  readonly kernel?: Kernel | undefined
  /** Default one as the configuration's `log` says. */
  readonly logger?: Logger | undefined
  /** Cancels the boot, and stops what runs after it. */
  readonly signal?: AbortSignal | undefined
  /** Told once what the start was made of, also when it failed: before `boot` resolves or rejects. */
  readonly onBootTree?: ((tree: BootStep) => void) | undefined
}

/** Applications that run. */
export interface RunningSystem {
  readonly kernel: Kernel
  readonly logger: Logger
  /** Whether it is alive and ready; `health(system)` reads it. */
  readonly health: SystemHealth
  /** In the order of their start. */
  readonly applications: readonly RunningApplication[]
  /** Resolves when nothing runs any more, whoever was the cause. It never rejects. */
  readonly ended: Promise<SystemExit>
  /** What the start was made of, and how long each part of it took; `bootTreeText` makes text of it. */
  bootTree(): BootStep
  /** Stops everything in the reverse order of its start, within the configuration's `shutdownTimeout`. */
  stop(reason?: ExitReason): Promise<SystemExit>
}

/**
 * Checks a configuration and its whole plan, then starts its applications: dependencies first, children in order.
 * When one does not start, what had started is stopped in reverse, and the error names the culprit.
 *
 * @returns the running system, when all of it is up
 * @throws what `checkConfig` throws; PLAN_INVALID, or the one problem there is; BOOT_FAILED with the reason as
 *   `cause`; BOOT_TIMEOUT; BOOT_CANCELLED
 * @example
 * const system = await boot(config)
 * await system.stop()
 */
export async function boot(config: ConfigOptions, options: BootOptions = {}): Promise<RunningSystem> {
  const checked = checkConfig(config)
  const { problems } = planOf(checked)
  if (problems.length > 0) throw planError(problems)
  const { logger = createLogger(checked.log), signal } = options
  const kernel = options.kernel ?? new Kernel({ messages: checked.messages, report: logReporter(logger) })
  if (options.kernel === undefined) setDefaultKernel(kernel)
  const containment = checked.contain ? containFailures(kernel, logger) : undefined
  const watchdog = Number.isFinite(checked.blockingLimit)
    ? watchEventLoop(kernel, checked.blockingLimit)
    : undefined
  let booted: (failure: HeartwoodError | undefined) => void = () => {}
  const failure = new Promise<HeartwoodError | undefined>((resolve) => {
    booted = resolve
  })
  const timeline = new BootTimeline(kernel)
  const controller: Controller = new Controller(
    { config: checked, logger, timeline, health: () => health },
    (result) => booted(result),
  )
  const names = checked.applications.map(({ name }) => name)
  const health = new SystemHealth({ kernel, logger, controller, timeline, watchdog, names })
  const order = orders(kernel, controller)
  const cancel = (): void => order.stop(signal?.reason ?? 'shutdown')
  signal?.addEventListener('abort', cancel, { once: true })
  const ended = order.ended.finally(() => {
    signal?.removeEventListener('abort', cancel)
    watchdog?.[Symbol.dispose]()
    containment?.[Symbol.dispose]()
  })
  if (signal?.aborted === true) cancel()
  // The controller tells of the boot before it ends, unless it is itself what fails.
  const problem = await Promise.race([failure, ended.then(({ reason }) => controllerError(reason))])
  timeline[Symbol.dispose]()
  const tree = bootStep(timeline.boot)
  options.onBootTree?.(tree)
  if (problem !== undefined) {
    await ended
    throw problem
  }
  return {
    kernel,
    logger,
    health,
    get applications() {
      return controller.applications
    },
    ended,
    bootTree: () => tree,
    stop(reason = 'shutdown') {
      order.stop(reason)
      return ended
    },
  }
}

function controllerError(reason: ExitReason): HeartwoodError {
  const details = { application: '(all)', culprit: 'the controller itself', reason: explained(reason) }
  return applicationError('BOOT_FAILED', details, { cause: reason })
}

/** Runs the controller as a process, and takes orders to it from outside any process. */
function orders(
  kernel: Kernel,
  controller: Controller,
): { ended: Promise<SystemExit>; stop(reason: unknown): void } {
  let pid: Pid | undefined
  let early: StopOrder | undefined
  const ended = kernel.run(() => {
    pid = self()
    if (early !== undefined) kernel.send(pid, early)
    return controller.run()
  })
  return {
    ended: ended.catch((reason: unknown): SystemExit => ({ cause: 'crashed', reason, stragglers: [] })),
    stop(reason) {
      const order = new StopOrder(reason)
      if (pid === undefined) early = order
      else kernel.send(pid, order)
    },
  }
}
