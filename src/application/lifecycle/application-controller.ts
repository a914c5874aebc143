/**
 * The application controller: the process above all applications. It starts them in order, watches them, and stops them in reverse. OTP's
 * application controller and init.
 */
import {
  currentKernel,
  downOf,
  type ExitMessage,
  type ExitReason,
  exit,
  exitOf,
  HeartwoodError,
  isAlive,
  isExit,
  isShutdown,
  monitor,
  on,
  type Pid,
  receive,
  self,
  send,
  sleep,
  trapExit,
} from '../../kernel/index.js'
import { type Logger, reasonLine } from '../../logging/index.js'
import type { BootTimeline } from '../boot/boot-timeline.js'
import type { CheckedConfig } from '../config/config.js'
import { originOf } from '../config/resolved-config.js'
import { applicationError } from '../errors.js'
import type { Application } from './application.js'
import { ApplicationMaster, GiveUp } from './application-master.js'
import { childrenOf, descendantsOf, killTree, oneLineOf } from './kill-stragglers.js'
import { masterLabel } from './log-names.js'
import { bootError, explained, reasonBehind } from './start-failure.js'
import { runHook } from './stop-hook.js'

/** A running application. */
export interface RunningApplication {
  readonly name: string
  /** The process above its root: its application master. */
  readonly pid: Pid
  /** The time that its start took, in milliseconds. */
  readonly startedIn: number
}

interface Running extends RunningApplication {
  readonly application: Application
  readonly master: ApplicationMaster
}

/** The end of a system. */
export interface SystemExit {
  /** `'stopped'` on request; `'crashed'` when an application ended that must not end; `'failed'` when one did not start. */
  readonly cause: 'stopped' | 'crashed' | 'failed'
  /** The application that caused the end. */
  readonly application?: string
  readonly reason: ExitReason
  /** The processes that were killed because the stop took too long. */
  readonly stragglers: readonly string[]
}

/** The request to the controller to stop everything. */
export class StopOrder {
  constructor(readonly reason: ExitReason) {}
}

class Up {
  constructor(readonly pid: Pid) {}
}

class Down {
  constructor(readonly error: unknown) {}
}

type Cause = Omit<SystemExit, 'stragglers'>

/** The stages in the life of a system. */
export type Stage = 'booting' | 'running' | 'draining' | 'stopping' | 'ended'

/** The objects that a controller is given. */
export interface Controlled {
  readonly config: CheckedConfig
  readonly logger: Logger
  readonly timeline: BootTimeline
  /** Returns the health. It is made after the controller, since it reads that. */
  readonly health: () => unknown
}

export class Controller {
  /** The current stage, for the health. */
  stage: Stage = 'booting'
  readonly #running: Running[] = []
  readonly #stragglers: string[] = []
  /** The time by which the stop must be complete; set by the first reason to stop. */
  #deadline = Number.POSITIVE_INFINITY

  constructor(
    private readonly given: Controlled,
    /** Called once, when all applications run or with the failure. */
    private readonly booted: (failure: HeartwoodError | undefined) => void,
  ) {}

  get applications(): readonly RunningApplication[] {
    return this.#running.map(({ name, pid, startedIn }) => ({ name, pid, startedIn }))
  }

  /** All processes of the running applications. */
  get processes(): readonly Pid[] {
    return this.#running.flatMap(({ pid }) => descendantsOf(pid))
  }

  async run(): Promise<SystemExit> {
    trapExit(true)
    try {
      return await this.#live()
    } finally {
      this.stage = 'ended'
    }
  }

  async #live(): Promise<SystemExit> {
    const { config, timeline } = this.given
    for (const application of config.applications) {
      const failure = (await this.#endedMeanwhile()) ?? (await this.#start(application))
      if (failure !== undefined) return this.#giveUp(application, failure)
    }
    timeline.end(timeline.boot)
    this.stage = 'running'
    this.booted(undefined)
    const cause = await this.#watch()
    this.#stopBy(currentKernel().now())
    if (cause.cause === 'stopped') await this.#drainDelay()
    await this.#stopAll()
    return { ...cause, stragglers: this.#stragglers }
  }

  async #giveUp(application: Application, failure: HeartwoodError): Promise<SystemExit> {
    const { timeline } = this.given
    timeline.end(timeline.boot, { reason: failure.message })
    this.#stopBy(currentKernel().now())
    await this.#stopAll()
    this.booted(failure)
    const stopped = failure.code === 'BOOT_CANCELLED'
    return {
      cause: stopped ? 'stopped' : 'failed',
      application: application.name,
      reason: failure.details.reason,
      stragglers: this.#stragglers,
    }
  }

  /** Starts an application. While it waits, it handles a request to stop and the time-out of the boot. */
  async #start(application: Application): Promise<HeartwoodError | undefined> {
    const { logger, timeline, health } = this.given
    const { name } = application
    const early = await receive(isOrder, { timeout: 0 })
    if (early !== undefined) return this.#cancelled(name, early)
    const kernel = currentKernel()
    const me = self()
    const step = timeline.begin(timeline.boot, 'application', name)
    const settings = originOf(this.given.config)?.settings
    const given = { application, logger, settings, health: health(), timeline, step }
    const master = new ApplicationMaster(given)
    kernel.startBehaviour(master, { link: true, label: masterLabel(name) }).then(
      (started) => send(me, started === 'ignore' ? new Down('ignore') : new Up(started.pid)),
      (error: unknown) => send(me, new Down(error)),
    )
    const outcome = await receive([...settled, on(isOrder, same)], { timeout: this.#bootTimeLeft() })
    if (outcome instanceof StopOrder) this.stage = 'stopping'
    const late = outcome === undefined ? this.#tooLate(name) : undefined
    const end = isSettled(outcome) ? outcome : await this.#endStart(name, master, late === undefined)
    timeline.end(step, end instanceof Up ? undefined : { reason: late?.message ?? reasonBehind(end.error) })
    if (end instanceof Up) {
      this.#running.push({ application, master, name, pid: end.pid, startedIn: step.ms ?? 0 })
      this.#report('info', name, `application ${name} started in ${Math.round(step.ms ?? 0)} ms`, end.pid)
    }
    if (late !== undefined) return late
    if (outcome instanceof StopOrder) return this.#cancelled(name, outcome)
    return end instanceof Down ? bootError(name, end.error) : undefined
  }

  #bootTimeLeft(): number {
    const { config, timeline } = this.given
    const left = timeline.begun + config.bootTimeout - currentKernel().now()
    return Math.max(0, Math.ceil(left))
  }

  /** The error for a start that takes too long. It names the step that hangs, so it is made before the start is ended. */
  #tooLate(application: string): HeartwoodError {
    const { timeline, config } = this.given
    const [, , ...open] = timeline.open()
    const culprit = ['root', ...open.slice(1).map(({ name }) => name)].join(' › ')
    const last = open.at(-1)
    const took = Math.round(timeline.age(last ?? timeline.boot))
    const phase = last?.kind === 'phase' ? `phase ${last.name}` : culprit
    return applicationError('BOOT_TIMEOUT', { application, culprit: phase, took, limit: config.bootTimeout })
  }

  /**
   * Ends a start that must not go on. A cancelled start has half of the time for stopping to end by itself. Then the process that hangs is
   * killed, so that the supervisors above it stop in order what has started. At last everything is killed.
   */
  async #endStart(name: string, master: ApplicationMaster, patient: boolean): Promise<Up | Down> {
    this.#stopBy(currentKernel().now())
    const inTime = patient ? await receive(settled, { timeout: Math.ceil(this.#timeLeft() / 2) }) : undefined
    if (inTime !== undefined) return inTime
    this.#cutOff(master)
    const unwound = await receive(settled, { timeout: this.#timeLeft() })
    if (unwound !== undefined) return unwound
    if (master.pid !== undefined) this.#kill(name, master.pid)
    return receive(settled)
  }

  /** Ends what a start waits for: the process that is starting, or the process that runs the start function or the phase. */
  #cutOff({ pid: master }: ApplicationMaster): void {
    const { timeline } = this.given
    const hanging = timeline.open().at(-1)
    const starter = hanging === undefined ? undefined : timeline.starterOf(hanging)
    if (hanging === undefined || starter === undefined) return
    const siblings = timeline.siblingsOf(hanging)
    const starting = hanging.kind === 'phase' ? [] : childrenOf(starter).filter((pid) => !siblings.has(pid))
    for (const pid of starting) exit(pid, 'kill')
    if (starting.length > 0) return
    if (starter === master) send(starter, new GiveUp('timeout'))
    else exit(starter, 'kill')
  }

  /** Waits until there is a reason to stop. */
  async #watch(): Promise<Cause> {
    for (;;) {
      const message = await receive([on(isExit, same), on(isOrder, same)])
      if (message instanceof StopOrder) return { cause: 'stopped', reason: message.reason }
      const cause = await this.#judged(message)
      if (cause !== undefined) return cause
    }
  }

  /** Handles applications that have ended while the next one was starting. */
  async #endedMeanwhile(): Promise<HeartwoodError | undefined> {
    for (;;) {
      const message = await receive(isExit, { timeout: 0 })
      if (message === undefined) return undefined
      const cause = await this.#judged(message)
      if (cause === undefined) continue
      const { application, reason } = cause
      const culprit = 'it was up, and ended before all others were'
      const details = { application, culprit, reason: explained(reason) }
      return applicationError('BOOT_FAILED', details, { cause: reason })
    }
  }

  /** Handles the unexpected end of an application. Returns the cause if everything must stop; `undefined` if the others go on. */
  async #judged({ from, reason: ended }: ExitMessage): Promise<Cause | undefined> {
    const at = this.#running.findIndex(({ pid }) => pid === from)
    const [running] = at < 0 ? [] : this.#running.splice(at, 1)
    if (running === undefined) return undefined
    const reason = isShutdown(ended) ? ended.shutdown : ended
    const { name, application, pid } = running
    const { type } = application
    const fatal = type === 'permanent' || (type === 'transient' && reason !== 'normal')
    await this.#orphans(running, reason)
    const then = fatal ? `; it is ${type}, so everything stops` : ''
    const message = `application ${name} ended: ${reasonLine(reason)}${then}`
    this.#report(fatal ? 'error' : 'warn', name, message, pid, reason)
    return fatal ? { cause: 'crashed', application: name, reason } : undefined
  }

  /** Waits for `drainDelay`: the system reports that it is not ready, but still works for clients that do not know yet. */
  async #drainDelay(): Promise<void> {
    const { drainDelay } = this.given.config
    if (drainDelay === 0) return
    this.stage = 'draining'
    for (const { master } of this.#running) master.announceDrain()
    const message = `not ready any more; the applications are stopped in ${drainDelay} ms`
    currentKernel().report({ level: 'info', kind: 'application', message, pid: self(), drainDelay })
    await sleep(drainDelay)
  }

  async #stopAll(): Promise<void> {
    this.stage = 'stopping'
    for (let last = this.#running.pop(); last !== undefined; last = this.#running.pop()) {
      const { name, pid } = last
      exit(pid, 'shutdown')
      const gone = exitOf(pid)
      if ((await receive(gone, { timeout: this.#timeLeft() })) === undefined) {
        this.#kill(name, pid)
        await receive(gone)
      } else await this.#orphans(last, 'killed')
      this.#report('info', name, `application ${name} stopped`, pid)
    }
  }

  /** Does the work of an application master that was killed: waits for the end of its tree and runs the last hook. */
  async #orphans({ application, name, master, pid }: Running, reason: ExitReason): Promise<void> {
    if (master.through) return
    const { root } = master.seen
    if (root !== undefined && isAlive(root)) {
      const ref = monitor(root)
      const over = downOf(ref)
      const { shutdownTimeout } = this.given.config
      const left = Math.min(this.#timeLeft(), shutdownTimeout)
      if ((await receive(over, { timeout: left })) === undefined) {
        this.#kill(name, pid)
        await receive(over)
      }
    }
    await runHook(application, 'stop', reason)
  }

  /** Kills the rest of an application at the end of the time, and reports it. */
  #kill(name: string, master: Pid): void {
    const names = killTree(master)
    this.#stragglers.push(...names)
    const limit = this.given.config.shutdownTimeout
    const message = `application ${name} is not stopped after ${limit} ms and is killed; still alive: ${oneLineOf(names)}`
    this.#report('error', name, message, master)
  }

  /** Sets the time limit of the whole stop, counted from the first reason to stop. */
  #stopBy(begin: number): void {
    this.#deadline = Math.min(this.#deadline, begin + this.given.config.shutdownTimeout)
  }

  #timeLeft(): number {
    return Math.max(0, Math.ceil(this.#deadline - currentKernel().now()))
  }

  #cancelled(application: string, { reason }: StopOrder): HeartwoodError {
    // The array itself, since processes that are killed during the stop are added to it later.
    const stragglers = this.#stragglers
    return applicationError('BOOT_CANCELLED', { application, by: reasonLine(reason), reason, stragglers })
  }

  #report(
    level: 'error' | 'warn' | 'info',
    application: string,
    message: string,
    pid: Pid,
    reason?: ExitReason,
  ): void {
    const why = reason === undefined ? undefined : { reason }
    currentKernel().report({ level, kind: 'application', message, pid, application, ...why })
  }
}

const same = <T>(message: T): T => message
const isUp = (message: unknown): message is Up => message instanceof Up
const isDown = (message: unknown): message is Down => message instanceof Down
const settled = [on(isUp, same), on(isDown, same)] as const
const isSettled = (message: unknown): message is Up | Down => isUp(message) || isDown(message)
const isOrder = (message: unknown): message is StopOrder => message instanceof StopOrder
