/**
 * The application master: the process above the root of an application. It opens the scope, starts the root, runs the phases and
 * the hooks, and ends with the tree. OTP's application master.
 */

import type { LiveSettings } from '../../config/index.js'
import {
  type Behaviour,
  behaviourOf,
  currentKernel,
  downOf,
  type ExitMessage,
  type ExitReason,
  exit,
  HeartwoodError,
  type InitOutcome,
  isExit,
  link,
  monitor,
  on,
  Pid,
  parentPid,
  put,
  reasonOf,
  receive,
  self,
  send,
  trapExit,
} from '../../kernel/index.js'
import type { Logger } from '../../logging/index.js'
import { type CheckedSpec, toChildSpec } from '../../supervisor/index.js'
import type { BootTimeline, Measured } from '../boot/boot-timeline.js'
import { type PhaseRun, phaseRuns } from '../config/start-phases.js'
import { DRAINS, Drains } from '../drain/drain.js'
import { HEALTH, LOGGER, provideLogger, SCOPE, SETTINGS } from '../scope.js'
import type { Application } from './application.js'
import { runHook } from './stop-hook.js'

/** The message to a master that must no longer wait for its start function or phase. */
export class GiveUp {
  constructor(readonly reason: ExitReason) {}
}

/** The message that a function for which the master waits has ended. */
class Done {
  constructor(
    readonly run: symbol,
    readonly outcome: { readonly value: unknown } | { readonly reason: ExitReason },
  ) {}
}

/** A view of an application that runs or is starting. */
export interface ApplicationSight {
  readonly name: string
  readonly root: Pid | undefined
  /** The id in the spec of the root. */
  readonly rootId: string | undefined
}

/** A view of the application whose master is `pid`; `undefined` for any other process. */
export function seenApplication(pid: Pid): ApplicationSight | undefined {
  const body = behaviourOf(pid)
  return body instanceof ApplicationMaster ? body.seen : undefined
}

/** The objects that a master is given. */
export interface Mastered {
  readonly application: Application
  readonly logger: Logger
  /** The health of the system, provided for its processes. */
  readonly health: unknown
  /** The settings of the program; `undefined` if it has none. */
  readonly settings: LiveSettings | undefined
  readonly timeline: BootTimeline
  /** The measured step of its start. */
  readonly step: Measured
}

export class ApplicationMaster implements Behaviour {
  /** The pid, set when the process runs. */
  pid: Pid | undefined
  /** Whether the tree has ended and the hooks have run. */
  through = false
  readonly #drains = new Drains()
  #parent: Pid | undefined
  #root: Pid | undefined
  #spec: CheckedSpec | undefined

  constructor(private readonly given: Mastered) {}

  /** The view of the application. `root` is undefined until it has started. */
  get seen(): ApplicationSight {
    return { name: this.given.application.name, root: this.#root, rootId: this.#spec?.id }
  }

  async start(): Promise<InitOutcome> {
    trapExit(true)
    this.pid = self()
    this.#parent = parentPid()
    this.given.timeline.adopt(this.pid, this.given.step)
    try {
      this.#openScope()
      await this.#startRoot()
      for (const phase of phaseRuns(this.given.application)) await this.#phase(phase)
      return undefined
    } catch (thrown) {
      await this.#stopRoot()
      return { error: startFailure(thrown) }
    }
  }

  handle(message: unknown): void | Promise<void> {
    if (!isExit(message)) return
    if (message.from === this.#parent) return this.#stop(message.reason)
    if (message.from === this.#root) return this.#ended(message.reason)
  }

  endsOnExitOf(pid: Pid): boolean {
    return pid === this.#parent
  }

  #openScope(): void {
    const { application, logger, health, settings } = this.given
    provideLogger(logger)
    put(HEALTH, health)
    put(DRAINS, this.#drains)
    if (settings !== undefined) put(SETTINGS, settings)
    if (application.scope === undefined) return
    const provided = new Map<symbol, unknown>([
      [LOGGER, logger],
      [HEALTH, health],
    ])
    const scope = application.scope.open({ name: application.name, provided, settings })
    put(SCOPE, scope)
  }

  async #startRoot(): Promise<void> {
    const { application, timeline, step } = this.given
    const spec = toChildSpec(application.root)
    this.#spec = spec
    const { id, type, start, args } = spec
    await this.#measured(timeline.begin(step, type, id), async () => {
      const result = await this.#outcomeOf(() => (start as (...args: unknown[]) => unknown)(...args))
      this.#root = rootOf(result)
      link(this.#root)
    })
  }

  async #phase({ phase, args, application, run }: PhaseRun): Promise<void> {
    const { timeline, step, application: own } = this.given
    const name = application === own.name ? phase : `${phase} of ${application}`
    await this.#measured(timeline.begin(step, 'phase', name), async () => {
      try {
        await this.#outcomeOf(() => run(phase, args))
      } catch (thrown) {
        throw new PhaseFailure(`phase ${name}`, startFailure(thrown))
      }
    })
  }

  async #measured(step: Measured, work: () => Promise<void>): Promise<void> {
    const { timeline } = this.given
    try {
      await work()
      timeline.end(step)
    } catch (thrown) {
      timeline.end(step, { reason: startFailure(thrown) })
      throw thrown
    }
  }

  /** Runs a function of the start and waits for it, until the tree ends or the wait must be given up. */
  async #outcomeOf(work: () => unknown): Promise<unknown> {
    const run = Symbol('start')
    const me = self()
    const attempt = async (): Promise<unknown> => work()
    attempt().then(
      (value) => send(me, new Done(run, { value })),
      (thrown: unknown) => send(me, new Done(run, { reason: thrown })),
    )
    const isDone = (message: unknown): message is Done => message instanceof Done && message.run === run
    const isGiveUp = (message: unknown): message is GiveUp => message instanceof GiveUp
    const isEnd = (message: unknown): message is ExitMessage => isExit(message) && message.from === this.#root
    const message = await receive([on(isDone, same), on(isGiveUp, same), on(isEnd, same)])
    if (!(message instanceof Done)) throw new Abandoned(message.reason)
    if ('reason' in message.outcome) throw message.outcome.reason
    return message.outcome.value
  }

  /** Stops the tree on request, with drain and hooks. */
  async #stop(reason: ExitReason): Promise<void> {
    await this.#drain()
    await runHook(this.given.application, 'prepStop', reason)
    await this.#stopRoot()
    await runHook(this.given.application, 'stop', reason)
    this.through = true
    exit(reason)
  }

  /** Handles the unexpected end of the tree. The hooks run too (semantics 4.6). */
  async #ended(reason: ExitReason): Promise<void> {
    await runHook(this.given.application, 'prepStop', reason)
    await runHook(this.given.application, 'stop', reason)
    this.through = true
    // A shutdown reason, since the crash itself has been reported by its own process.
    exit({ shutdown: reason })
  }

  /** Stops the root and waits for its `DOWN`, as supervisors do: so it also works for a root that has unlinked itself. */
  async #stopRoot(): Promise<void> {
    if (this.#root === undefined) return
    const shutdown = this.#spec?.shutdown ?? 'brutal_kill'
    const ref = monitor(this.#root)
    const down = downOf(ref)
    exit(this.#root, shutdown === 'brutal_kill' ? 'kill' : 'shutdown')
    if (shutdown !== 'brutal_kill' && (await receive(down, { timeout: shutdown })) !== undefined) return
    exit(this.#root, 'kill')
    await receive(down)
  }

  /** Makes servers add `Connection: close` to their answers, before the stop. */
  announceDrain(): void {
    this.#drains.announce()
  }

  /** Drains the servers, while the whole tree still runs. */
  async #drain(): Promise<void> {
    const outcome = await this.#drains.drain()
    for (const { requests, connections } of outcome ?? []) {
      if (requests.length + connections === 0) continue
      const others = connections === 0 ? '' : ` and ${connections} other connections`
      const { name } = this.given.application
      currentKernel().report({
        level: 'warn',
        kind: 'application',
        message: `application ${name}: ${requests.join(', ') || 'no request'}${others} cut off while it drained`,
        pid: self(),
        application: name,
        requests,
        connections,
      })
    }
  }
}

/** The reason of a failed phase, so that it differs from the failure of a root. */
class PhaseFailure {
  constructor(
    readonly failedStartPhase: string,
    readonly reason: ExitReason,
  ) {}
}

/** Thrown when a start is given up or its tree has ended. */
class Abandoned {
  constructor(readonly reason: ExitReason) {}
}

/** The pid in the result of a start function. */
function rootOf(result: unknown): Pid {
  if (result instanceof Pid) return result
  if (typeof result === 'object' && result !== null && 'pid' in result && result.pid instanceof Pid)
    return result.pid
  throw { badReturnValue: result }
}

function startFailure(thrown: unknown): ExitReason {
  if (thrown instanceof Abandoned) return thrown.reason
  return HeartwoodError.is(thrown, 'START_FAILED') ? thrown.details.reason : reasonOf(thrown)
}

const same = <T>(message: T): T => message
