/**
 * What makes a supervisor of a GenServer: it traps exits, and each message becomes one step of an engine. The engines
 * know of children; the loop, the calls and the parent's EXIT are the GenServer's.
 */
import {
  type Awaitable,
  type Callbacks,
  callbacksBehaviour,
  type HandlerResult,
  type InitResult,
  start,
  startLink,
  TAKES_CODE,
  type TakingCode,
} from '../../genserver/index.js'
import {
  allIsHandlers,
  type Behaviour,
  checkKnown,
  ExitMessage,
  type ExitReason,
  isAlive,
  type NameKeeper,
  namesOf,
  type Pid,
  printed,
  trapExit,
} from '../../kernel/index.js'
import type { CheckedSpec } from '../child-spec.js'
import { supervisorError } from '../errors.js'
import { andThen } from './maybe-promise.js'
import type { Strategy } from './restart-strategy.js'
import type { SupervisedChild } from './supervised-child.js'
import { type Reporting, reportUnexpected, titleOf } from './supervisor-report.js'
import { type Answer, SupervisorRequest, TryAgain } from './supervisor-requests.js'

/** What of its options can be seen at any moment. */
export interface EngineSeen {
  readonly strategy: Strategy
  readonly intensity: number
  readonly period: number
}

/** Another spec for a child that was started by one; the same where there is none. */
export type Renewal = (spec: CheckedSpec) => CheckedSpec

const same: Renewal = (spec) => spec

/** Keeps children; made inside the process of the supervisor. */
export interface Engine extends Reporting {
  /** Starts the first children; a reason means that the supervisor cannot start. */
  start(): Awaitable<{ readonly failed: ExitReason } | undefined>
  answer(request: SupervisorRequest): Awaitable<Answer>
  /**
   * Takes other options, checked or refused as a whole. Nothing is started or stopped.
   *
   * @param renewed the spec that a child has from now on, where the options do not list it
   */
  adopt(options: object, renewed: Renewal): void
  /** A process linked to the supervisor is dead. False: the supervisor is to stop. */
  ended(pid: Pid, reason: ExitReason): Awaitable<boolean>
  /** The next attempt at a restart that failed, or one whose wait is over. False: the supervisor is to stop. */
  retry(order: TryAgain<unknown>): Awaitable<boolean>
  /** Stops all children. */
  stop(): Awaitable<void>
  /** What it can be seen to be, for `inspection.ts`. */
  readonly recentRestarts: number
  readonly seen: EngineSeen
  /** The ids of the children that its options list. */
  readonly listed: readonly string[]
  readonly children: ReadonlyMap<unknown, SupervisedChild>
  childOf(pid: Pid): SupervisedChild | undefined
  /** Whether a stray cast is only worth a report; else it crashes the supervisor, as in OTP. */
  readonly toleratesCasts: boolean
}

/** Makes the engine, inside the new process; its options may say that there is nothing to do. */
export type EngineMaker = () => Awaitable<Engine | 'ignore'>

export const behaviour: Callbacks<Engine, EngineMaker> & TakingCode<Engine> = {
  init(make) {
    trapExit(true)
    allIsHandlers()
    return andThen(make(), begin)
  },

  handleCall(request, _from, engine) {
    if (!SupervisorRequest.is(request)) {
      const details = { supervisor: titleOf(engine), request: printed(request) }
      throw supervisorError('UNKNOWN_REQUEST', details)
    }
    return andThen(engine.answer(request), (reply) => ({ reply, state: engine }))
  },

  handleCast(request, engine) {
    if (!engine.toleratesCasts) {
      const details = { supervisor: titleOf(engine), request: printed(request) }
      throw supervisorError('UNKNOWN_REQUEST', details)
    }
    reportUnexpected(engine, request)
    return { state: engine }
  },

  handleInfo(message, engine) {
    if (message instanceof ExitMessage) {
      // Sent by hand from a process that lives on: believing it would start a second incarnation beside the first.
      if (isAlive(message.from)) return { state: engine }
      return step(engine, engine.ended(message.from, message.reason))
    }
    if (message instanceof TryAgain) return step(engine, engine.retry(message))
    reportUnexpected(engine, message)
    return { state: engine }
  },

  /** OTP's `supervisor:code_change/3`: what its init says now, which may be to ignore it. */
  async [TAKES_CODE](engine, to, extra) {
    const options: unknown = typeof to === 'function' ? await to() : to
    if (options === 'ignore') return engine
    engine.adopt(options as object, typeof extra === 'function' ? (extra as Renewal) : same)
    return engine
  },

  terminate: (_reason, engine) => engine.stop(),
}

/** How the process of a supervisor is started. */
export interface SupervisorStartOptions {
  /** Registers it, before its children are started. */
  readonly name?: string | NameKeeper | undefined
  /** Links it to the current process, which becomes its parent. Default true. */
  readonly link?: boolean | undefined
  /** What logs and the observer call it. Default its name, else `'supervisor'`. */
  readonly label?: unknown
}

const SUPERVISOR_START_OPTIONS = namesOf<SupervisorStartOptions>({ name: true, link: true, label: true })

/**
 * Starts a supervisor of whatever kind.
 *
 * @param init options, or what computes them inside the supervisor
 * @param check makes a plan of options; at once of those that are there
 * @param build makes the engine of a plan, inside the supervisor
 */
export function startEngine<Options extends object, Plan>(
  init: Options | (() => Awaitable<Options | 'ignore'>),
  check: (options: Options) => Plan,
  build: (plan: Plan) => Engine,
  options: SupervisorStartOptions,
): Promise<Pid> {
  try {
    checkKnown('the start of a supervisor', options, SUPERVISOR_START_OPTIONS)
    if (typeof init !== 'function') {
      const plan = check(init)
      return startMaking(() => build(plan), options)
    }
    const made = (computed: Options | 'ignore') => (computed === 'ignore' ? computed : build(check(computed)))
    return startMaking(() => andThen(init(), made), options)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** What `startEngine` starts, for whoever starts it by other means: its options are computed inside. */
export function engineBehaviour<Options extends object, Plan>(
  init: () => Awaitable<Options | 'ignore'>,
  check: (options: Options) => Plan,
  build: (plan: Plan) => Engine,
): Behaviour {
  const made = (computed: Options | 'ignore') => (computed === 'ignore' ? computed : build(check(computed)))
  const make: EngineMaker = () => andThen(init(), made)
  return callbacksBehaviour(behaviour, make, true)
}

function startMaking(make: EngineMaker, options: SupervisorStartOptions): Promise<Pid> {
  const { name, link = true, label = typeof name === 'string' ? name : 'supervisor' } = options
  return link ? startLink(behaviour, make, { name, label }) : start(behaviour, make, { name, label })
}

function begin(engine: Engine | 'ignore'): Awaitable<InitResult<Engine>> {
  if (engine === 'ignore') return 'ignore'
  return andThen(engine.start(), (failure) =>
    failure === undefined ? { state: engine } : { stop: failure.failed },
  )
}

function step(engine: Engine, goesOn: Awaitable<boolean>): Awaitable<HandlerResult<Engine>> {
  return andThen(goesOn, (result) => after(engine, result))
}

/** A supervisor that gives up ends `'shutdown'`: for its own supervisor that is no crash, so only a permanent one returns. */
function after(engine: Engine, goesOn: boolean): HandlerResult<Engine> {
  return goesOn ? { state: engine } : { stop: 'shutdown', state: engine }
}
