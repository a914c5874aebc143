/**
 * The process above all applications: starts them in order, watches them, and stops them in reverse. What OTP's
 * application controller and init do.
 */
import {
  currentKernel,
  type ExitReason,
  exit,
  HeartwoodError,
  isExit,
  isShutdown,
  on,
  type Pid,
  processes,
  processInfo,
  receive,
  self,
  send,
  trapExit,
} from '../kernel/index.js'
import { type Logger, reasonLine } from '../logging/index.js'
import type { Application } from './application.js'
import type { Config } from './config.js'
import { culpritOf, explained } from './culprit.js'
import { applicationError } from './errors.js'
import { ApplicationMaster } from './master.js'

/** An application that runs. */
export interface RunningApplication {
  readonly name: string
  /** The process above its root. */
  readonly pid: Pid
  /** Milliseconds that its start took. */
  readonly startedIn: number
}

/** How a system ended. */
export interface SystemExit {
  /** `'stopped'` when asked to; `'crashed'` when an application ended that must not; `'failed'` when one did not start. */
  readonly cause: 'stopped' | 'crashed' | 'failed'
  /** The application that was the cause. */
  readonly application?: string
  readonly reason: ExitReason
  /** Processes that had to be killed because stopping took too long. */
  readonly stragglers: readonly string[]
}

/** Sent to the controller: stop everything. */
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

export class Controller {
  readonly #running: (RunningApplication & { readonly application: Application })[] = []
  readonly #stragglers: string[] = []

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
    /** Told once: all applications run, or why not. */
    private readonly booted: (failure: HeartwoodError | undefined) => void,
  ) {}

  get applications(): readonly RunningApplication[] {
    return this.#running.map(({ name, pid, startedIn }) => ({ name, pid, startedIn }))
  }

  async run(): Promise<SystemExit> {
    trapExit(true)
    for (const application of this.config.applications) {
      const failure = await this.#start(application)
      if (failure !== undefined) return this.#giveUp(application, failure)
    }
    this.booted(undefined)
    const cause = await this.#watch()
    await this.#stopAll(this.#deadline())
    return { ...cause, stragglers: this.#stragglers }
  }

  async #giveUp(application: Application, failure: HeartwoodError): Promise<SystemExit> {
    await this.#stopAll(this.#deadline())
    this.booted(failure)
    const stopped = failure.code === 'BOOT_CANCELLED'
    return {
      cause: stopped ? 'stopped' : 'failed',
      application: application.name,
      reason: failure.details.reason,
      stragglers: this.#stragglers,
    }
  }

  /** Waits for a start, but not deaf: an order to stop may come meanwhile. */
  async #start(application: Application): Promise<HeartwoodError | undefined> {
    const kernel = currentKernel()
    const began = kernel.now()
    const { name } = application
    const early = await receive(isOrder, { timeout: 0 })
    if (early !== undefined) return cancelled(name, early)
    const me = self()
    const master = new ApplicationMaster(application, this.logger)
    kernel.startBehaviour(master, { link: true, label: `application ${name}` }).then(
      (started) => send(me, started === 'ignore' ? new Down('ignore') : new Up(started.pid)),
      (error: unknown) => send(me, new Down(error)),
    )
    const outcome = await receive([on(isUp, same), on(isDown, same), on(isOrder, same)])
    const settled = outcome instanceof StopOrder ? await this.#startOrKill(name) : outcome
    if (settled instanceof Up) {
      const startedIn = kernel.now() - began
      this.#running.push({ application, name, pid: settled.pid, startedIn })
      this.#report('info', name, `application ${name} started in ${Math.round(startedIn)} ms`, settled.pid)
    }
    if (outcome instanceof StopOrder) return cancelled(name, outcome)
    return settled instanceof Down ? bootError(name, settled.error) : undefined
  }

  /** A start cannot be interrupted in good order; it may end within the time there is, or is killed. */
  async #startOrKill(name: string): Promise<Up | Down | undefined> {
    const left = this.config.shutdownTimeout
    const settled = await receive([on(isUp, same), on(isDown, same)], { timeout: left })
    if (settled !== undefined) return settled
    const pid = processes().find((each) => processInfo(each, 'parent') === self())
    if (pid === undefined) return undefined
    this.#kill(name, pid)
    return receive(isDown)
  }

  /** Until there is a reason to stop. */
  async #watch(): Promise<Cause> {
    for (;;) {
      const message = await receive([on(isExit, same), on(isOrder, same)])
      if (message instanceof StopOrder) return { cause: 'stopped', reason: message.reason }
      const at = this.#running.findIndex(({ pid }) => pid === message.from)
      const [ended] = at < 0 ? [] : this.#running.splice(at, 1)
      if (ended === undefined) continue
      const reason = isShutdown(message.reason) ? message.reason.shutdown : message.reason
      const { name, application } = ended
      const fatal =
        application.type === 'permanent' || (application.type === 'transient' && reason !== 'normal')
      const then = fatal ? `; it is ${application.type}, so everything stops` : ''
      this.#report(
        fatal ? 'error' : 'warn',
        name,
        `application ${name} ended: ${reasonLine(reason)}${then}`,
        ended.pid,
        reason,
      )
      if (fatal) return { cause: 'crashed', application: name, reason }
    }
  }

  async #stopAll(deadline: number): Promise<void> {
    for (let last = this.#running.pop(); last !== undefined; last = this.#running.pop()) {
      const { name, pid } = last
      const left = Math.max(0, deadline - currentKernel().now())
      exit(pid, 'shutdown')
      const gone = (message: unknown): boolean => isExit(message) && message.from === pid
      if ((await receive(gone, { timeout: Math.ceil(left) })) === undefined) {
        this.#kill(name, pid)
        await receive(gone)
      }
      this.#report('info', name, `application ${name} stopped`, pid)
    }
  }

  /** Time is up: whatever is left of an application is killed, and named. */
  #kill(name: string, master: Pid): void {
    const tree = descendantsOf(master)
    const names = tree
      .filter((pid) => !tree.some((other) => processInfo(other, 'parent') === pid))
      .map(nameOf)
    this.#stragglers.push(...names)
    const limit = this.config.shutdownTimeout
    const message = `application ${name} is not stopped after ${limit} ms and is killed; still alive: ${names.join(', ')}`
    this.#report('error', name, message, master)
    for (const pid of [...tree].reverse()) exit(pid, 'kill')
    exit(master, 'kill')
  }

  #deadline(): number {
    return currentKernel().now() + this.config.shutdownTimeout
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

function cancelled(application: string, { reason }: StopOrder): HeartwoodError {
  return applicationError('BOOT_CANCELLED', { application, by: reasonLine(reason), reason })
}

function bootError(application: string, error: unknown): HeartwoodError {
  const failed = HeartwoodError.is(error, 'START_FAILED') ? error.details.reason : error
  const { path, reason } = culpritOf(failed)
  const culprit = ['root', ...path].join(' › ')
  return applicationError(
    'BOOT_FAILED',
    { application, culprit, reason: explained(reason) },
    { cause: reason },
  )
}

/** All live processes below `top`, oldest first. */
function descendantsOf(top: Pid): readonly Pid[] {
  const below = new Set<Pid>([top])
  for (const pid of processes()) {
    const parent = processInfo(pid, 'parent')
    if (parent !== undefined && below.has(parent)) below.add(pid)
  }
  below.delete(top)
  return [...below]
}

function nameOf(pid: Pid): string {
  const name = processInfo(pid, 'registeredName') ?? processInfo(pid, 'label')
  return name === undefined ? String(pid) : `${String(name)} ${pid}`
}

const same = <T>(message: T): T => message
const isUp = (message: unknown): message is Up => message instanceof Up
const isDown = (message: unknown): message is Down => message instanceof Down
const isOrder = (message: unknown): message is StopOrder => message instanceof StopOrder
