/** The boot of a configuration, and the running system that it results in. */
import { randomBytes } from 'node:crypto'
import { MessageChannel } from 'node:worker_threads'
import { isWorkedOn } from '../../config/index.js'
import type { SettingsChange } from '../../genserver/index.js'
import {
  carryStores,
  type ExitReason,
  type HeartwoodError,
  hidePrivateFields,
  Kernel,
  type Pid,
  SystemClock,
  self,
  setDefaultKernel,
} from '../../kernel/index.js'
import { type Logger, type LogLevel, levelsOf, logReporter, setLogLevel } from '../../logging/index.js'
import type { ClusterConfig, ConfigOptions, NodeConfig } from '../config/config.js'
import { watchConfig } from '../config/config-watch.js'
import { Reload } from '../config/reload.js'
import { originOf } from '../config/resolved-config.js'
import { containFailures } from '../containment/containment.js'
import { lookForLostContext, lookForStrangers } from '../containment/foreign-libraries.js'
import { applicationError } from '../errors.js'
import { SystemHealth } from '../health/health.js'
import {
  Controller,
  type RunningApplication,
  StopOrder,
  type SystemExit,
} from '../lifecycle/application-controller.js'
import { namesInApplications } from '../lifecycle/log-names.js'
import { explained } from '../lifecycle/start-failure.js'
import { examined } from '../plan/preflight-check.js'
import { lastAct } from '../program-exit/last-act.js'
import { Tenancy } from '../program-exit/program-end.js'
import { watchEventLoop } from '../watchdog/watchdog.js'
import { type Accompaniment, type BootOptions, checkBootOptions } from './boot-options.js'
import { type BootStep, BootTimeline, bootStep } from './boot-timeline.js'

/** A running system: the applications of a configuration. */
export interface RunningSystem {
  readonly kernel: Kernel
  readonly logger: Logger
  /** The health of the system; `health(system)` reads it. */
  readonly health: SystemHealth
  /** The applications, in the order of their start. */
  readonly applications: readonly RunningApplication[]
  /** Resolves when nothing runs any more, for any reason. It never rejects. */
  readonly ended: Promise<SystemExit>
  /** The steps of the start and their times; `bootTreeText` makes a text of it. */
  bootTree(): BootStep
  /**
   * Reads the configuration again and tells running workers what changed. If it is invalid, everything stays as it is. With
   * `watch` this happens automatically.
   *
   * @returns the changed settings; `undefined` if none changed
   * @throws the errors of `loadConfig`; RELOAD_TIMEOUT, RELOAD_REFUSED, RELOAD_ENDED
   */
  reload(): Promise<SettingsChange | undefined>
  /**
   * Changes the level of the log, or the level of one process or application by name, in which `*` matches any text.
   * `undefined` removes the level of a name.
   *
   * @throws LOG_LEVEL_INVALID; LOG_LEVELS_FIXED when the logger is not one of `createLogger`
   * @example
   * system.setLogLevel('checker:*', 'debug')
   */
  setLogLevel(level: LogLevel): void
  setLogLevel(name: string, level: LogLevel | undefined): void
  /** Stops all applications in reverse order, within the configuration's `shutdownTimeout`. */
  stop(reason?: ExitReason): Promise<SystemExit>
}

/**
 * Checks a configuration and its whole plan, then starts its applications: dependencies first, children in order.
 * If an application does not start, all that have started are stopped in reverse, and the error names the child that failed.
 *
 * @returns the running system, when all applications have started
 * @throws BOOT_OPTION_INVALID; the errors of `resolveConfig`; NODE_KERNEL; NODE_FAILED; PLAN_INVALID, or the error of a single problem;
 *   BOOT_FAILED with the reason as `cause`; BOOT_TIMEOUT; BOOT_CANCELLED; the error of `onBootTree`. In all cases nothing runs any more
 * @example
 * const system = await boot(config)
 * await system.stop()
 */
export async function boot(
  config: ConfigOptions,
  options: BootOptions = {},
  { companions, watcher, failed }: Accompaniment = {},
): Promise<RunningSystem> {
  checkBootOptions(options)
  const {
    config: alone,
    accompanied: checked,
    logger,
    plan,
  } = await examined(config, {
    logger: options.logger,
    companions,
  })
  const { signal } = options
  const reporter = logReporter(logger)
  const { node, cluster } = checked
  const name = node?.name ?? (cluster && memberName(cluster))
  const kernel =
    options.kernel ??
    new Kernel({ messages: checked.messages, report: reporter, ...(name && { node: name }) })
  if (options.kernel === undefined) setDefaultKernel(kernel)
  if (node !== undefined) checkName(kernel, node.name)
  // A node of a cluster is joined by that, which knows where the others are.
  const own = cluster === undefined ? node : undefined
  const joined = own && (await joinNodes(kernel, own, isWorkedOn(originOf(checked)?.sources.environment)))
  for (const { error } of plan.unusedOverrides) {
    kernel.report({ level: 'warn', kind: 'override', message: error.message, code: error.code })
  }
  for (const { code, message } of originOf(checked)?.warnings ?? []) {
    kernel.report({ level: 'warn', kind: 'config', message, code })
  }
  const levels = levelsOf(logger)
  if (levels !== undefined) levels.namesOf = namesInApplications()
  const { signals = false, keepAlive = isReal(kernel), exitOnEnd = isReal(kernel) } = options
  const inForce = new InForce()
  const timeline = inForce.begin(() => new BootTimeline(kernel, watcher))
  if (keepAlive) inForce.begin(goingOn)
  // A kernel of the test kit always contains failures.
  kernel.contained = checked.contain || !isReal(kernel)
  kernel.leftOpen.atOnce = isWorkedOn(originOf(checked)?.sources.environment)
  if (checked.contain) inForce.begin(() => containFailures(kernel, logger))
  if (checked.carry.length > 0) inForce.begin(() => carryStores(kernel, checked.carry))
  if (!checked.privateFields) inForce.begin(hidePrivateFields)
  const threads = !checked.contain || lookForStrangers(logger)
  if (checked.contain && isReal(kernel)) void lookForLostContext(logger)
  const watches = threads && Number.isFinite(checked.blockingLimit)
  const watchdog = watches ? inForce.begin(() => watchEventLoop(kernel, checked.blockingLimit)) : undefined
  let booted: (failure: HeartwoodError | undefined) => void = () => {}
  const failure = new Promise<HeartwoodError | undefined>((resolve) => {
    booted = resolve
  })
  const controller: Controller = new Controller(
    { config: checked, logger, timeline, health: () => health },
    (result) => booted(result),
  )
  const names = alone.applications.map(({ name }) => name)
  const health = new SystemHealth({ kernel, logger, controller, timeline, watchdog, names })
  const order = orders(kernel, controller)
  const cancel = (): void => order.stop(signal?.reason ?? 'shutdown')
  signal?.addEventListener('abort', cancel, { once: true })
  const ended = order.ended.finally(() => {
    signal?.removeEventListener('abort', cancel)
    inForce.end()
    joined?.close()
    kernel.timers.dropLeftOver()
    reporter.flush()
  })
  const beforeExit = lastAct(kernel, options.beforeExit, checked.shutdownTimeout)
  const tenancy = new Tenancy({ logger, ended, signals, exitOnEnd, beforeExit, stop: order.stop })
  try {
    if (signal?.aborted === true) cancel()
    // The controller reports the result of the boot before it ends, unless it fails itself.
    const problem = await Promise.race([failure, ended.then(({ reason }) => controllerError(reason))])
    timeline[Symbol.dispose]()
    const tree = bootStep(timeline.boot)
    timeline.publish(tree)
    const unheard = told(options.onBootTree, tree)
    // The reason of a failed boot is more important than an error of the listener.
    if (problem !== undefined) throw problem
    if (unheard !== undefined) throw unheard.reason
    const reload = new Reload(checked, logger, () => controller.processes)
    ended.finally(() => reload.end())
    if (checked.watch) {
      const watcher = watchConfig(kernel, reload)
      ended.finally(() => kernel.exit(watcher, 'shutdown'))
    }
    if (checked.contain) lookForStrangers(logger)
    tenancy.up()
    return {
      kernel,
      logger,
      health,
      reload: () => kernel.run(() => reload.run()),
      setLogLevel: (...rest: [LogLevel] | [string, LogLevel | undefined]) =>
        rest.length === 1 ? setLogLevel(logger, rest[0]) : setLogLevel(logger, ...rest),
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
  } catch (error) {
    // The caller gets no system, so it could not stop it.
    order.stop('shutdown')
    await ended
    failed?.(error)
    await tenancy.over
    throw error
  }
}

/** @throws NODE_KERNEL */
function checkName({ node: kernel }: Kernel, node: string): void {
  if (kernel !== node) throw applicationError('NODE_KERNEL', { node, kernel })
}

/** The name of a node that nobody has named: no other has it. */
function memberName({ name = 'main', address }: ClusterConfig): string {
  return `${name}-${randomBytes(4).toString('hex')}@${address?.host ?? '127.0.0.1'}`
}

/** Makes the program a node. @throws NODE_FAILED */
async function joinNodes(kernel: Kernel, { name, carrier }: NodeConfig, development: boolean) {
  try {
    return await carrier.start(kernel, { development })
  } catch (cause) {
    throw applicationError('NODE_FAILED', { node: name, reason: explained(cause) }, { cause })
  }
}

/** Calls the listener. @returns its error, if it threw */
function told(listener: BootOptions['onBootTree'], tree: BootStep): { readonly reason: unknown } | undefined {
  try {
    listener?.(tree)
    return undefined
  } catch (reason) {
    return { reason }
  }
}

/** Whether a kernel runs in real time. A kernel in virtual time is one of a test, which may leave it behind. */
function isReal({ clock }: Kernel): boolean {
  return clock instanceof SystemClock
}

/** Keeps Node alive: processes that only wait for messages do not. */
function goingOn(): Disposable {
  const { port1 } = new MessageChannel()
  port1.ref()
  return { [Symbol.dispose]: () => port1.close() }
}

/** The effects of a system on its program, which are undone at its end. */
class InForce {
  readonly #parts: Disposable[] = []

  /** Begins an effect. If that fails, all effects are undone. */
  begin<T extends Disposable>(make: () => T): T {
    try {
      const part = make()
      this.#parts.push(part)
      return part
    } catch (error) {
      this.end()
      throw error
    }
  }

  end(): void {
    for (const part of this.#parts.splice(0).reverse()) part[Symbol.dispose]()
  }
}

function controllerError(reason: ExitReason): HeartwoodError {
  const details = { application: '(all)', culprit: 'the controller itself', reason: explained(reason) }
  return applicationError('BOOT_FAILED', details, { cause: reason })
}

/** Runs the controller as a process. `stop` can be called from outside any process. */
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
