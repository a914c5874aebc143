/**
 * The process above the root of an application: it opens the application's scope, starts the root, runs the hooks,
 * and ends with the tree. OTP's application master.
 */
import {
  type Behaviour,
  behaviourOf,
  currentKernel,
  DownMessage,
  type ExitReason,
  exit,
  HeartwoodError,
  type InitOutcome,
  isExit,
  link,
  monitor,
  own,
  Pid,
  parentPid,
  put,
  reasonOf,
  receive,
  self,
  send,
  trapExit,
} from '../kernel/index.js'
import { type Logger, reasonLine } from '../logging/index.js'
import { type CheckedSpec, toChildSpec } from '../supervisor/index.js'
import type { Application } from './application.js'
import { LOGGER, SCOPE } from './scope.js'

/** Milliseconds that a hook may take; then the stop goes on without it. */
const HOOK_LIMIT = 5_000

/** A hook is through; `failure` says how, if it failed. */
class HookDone {
  constructor(
    readonly run: symbol,
    readonly failure: { readonly reason: unknown } | undefined,
  ) {}
}

/** An application that runs, or is being started. */
export interface ApplicationSight {
  readonly name: string
  readonly root: Pid | undefined
  /** What the spec of the root calls it. */
  readonly rootId: string | undefined
}

/** A look at the application whose topmost process is `pid`; undefined for a process that is none, or is dead. */
export function seenApplication(pid: Pid): ApplicationSight | undefined {
  const body = behaviourOf(pid)
  return body instanceof ApplicationMaster ? body.seen : undefined
}

export class ApplicationMaster implements Behaviour {
  #parent: Pid | undefined
  #root!: Pid
  #spec: CheckedSpec | undefined

  constructor(
    private readonly application: Application,
    private readonly logger: Logger,
  ) {}

  /** What can be seen of it at any moment; there is no root before it is up. */
  get seen(): ApplicationSight {
    const { name } = this.application
    return { name, root: this.#root as Pid | undefined, rootId: this.#spec?.id }
  }

  async start(): Promise<InitOutcome> {
    trapExit(true)
    this.#parent = parentPid()
    try {
      this.#openScope()
      const spec = toChildSpec(this.application.root)
      this.#spec = spec
      this.#root = rootOf(await (spec.start as (...args: unknown[]) => unknown)(...spec.args))
      link(this.#root)
      return undefined
    } catch (thrown) {
      return { error: startFailure(thrown) }
    }
  }

  handle(message: unknown): void | Promise<void> {
    if (!isExit(message)) return
    if (message.from === this.#parent) return this.#stop(message.reason)
    if (message.from === this.#root) return this.#ended(message.reason)
  }

  #openScope(): void {
    const { name, scope: source } = this.application
    put(LOGGER, this.logger)
    if (source === undefined) return
    const scope = source.open({ name, provided: new Map([[LOGGER, this.logger]]) })
    put(SCOPE, own(scope))
  }

  /** The tree is told to stop. */
  async #stop(reason: ExitReason): Promise<void> {
    await this.#hook('prepStop', reason)
    await this.#stopRoot()
    await this.#hook('stop', reason)
    exit(reason)
  }

  /** The tree ended by itself; the hooks run all the same (semantics 4.6). */
  async #ended(reason: ExitReason): Promise<void> {
    await this.#hook('prepStop', reason)
    await this.#hook('stop', reason)
    // Orderly in itself: whatever broke has been reported by who it belonged to.
    exit({ shutdown: reason })
  }

  /** By monitor, as supervisors stop their children: a root that unlinked itself is noticed, too. */
  async #stopRoot(): Promise<void> {
    const shutdown = this.#spec?.shutdown ?? 'brutal_kill'
    const ref = monitor(this.#root)
    const down = (message: unknown): message is DownMessage =>
      message instanceof DownMessage && message.ref === ref
    exit(this.#root, shutdown === 'brutal_kill' ? 'kill' : 'shutdown')
    if (shutdown !== 'brutal_kill' && (await receive(down, { timeout: shutdown })) !== undefined) return
    exit(this.#root, 'kill')
    await receive(down)
  }

  async #hook(which: 'prepStop' | 'stop', reason: ExitReason): Promise<void> {
    const hook = this.application[which]
    if (hook === undefined) return
    const me = self()
    const run = Symbol(which)
    const tell = (failure?: { reason: unknown }): unknown => send(me, new HookDone(run, failure))
    const attempt = async (): Promise<void> => hook(reason)
    attempt().then(
      () => tell(),
      (thrown: unknown) => tell({ reason: reasonOf(thrown) }),
    )
    const done = (message: unknown): message is HookDone => message instanceof HookDone && message.run === run
    const outcome = await receive(done, { timeout: HOOK_LIMIT })
    const failure =
      outcome === undefined ? { reason: `it is not through after ${HOOK_LIMIT} ms` } : outcome.failure
    if (failure !== undefined) this.#reportHook(which, failure.reason)
  }

  #reportHook(which: string, reason: unknown): void {
    const { name } = this.application
    currentKernel().report({
      level: 'error',
      kind: 'application',
      message: `application ${name}: its hook ${which} failed, the stop goes on: ${reasonLine(reason)}`,
      pid: self(),
      application: name,
      hook: which,
      reason,
    })
  }
}

/** What a start function gives, as a pid. */
function rootOf(result: unknown): Pid {
  if (result instanceof Pid) return result
  if (typeof result === 'object' && result !== null && 'pid' in result && result.pid instanceof Pid)
    return result.pid
  throw { badReturnValue: result }
}

function startFailure(thrown: unknown): ExitReason {
  return HeartwoodError.is(thrown, 'START_FAILED') ? thrown.details.reason : reasonOf(thrown)
}
