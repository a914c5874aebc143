/**
 * The callbacks that make a GenServer a supervisor: it traps exits, and each message is one step of an engine. The engines
 * manage the children; the loop, the calls and the parent's EXIT are those of the GenServer.
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
  isThenable,
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

/** The options of a supervisor that can be read from outside. */
export interface EngineSeen {
  readonly strategy: Strategy
  readonly intensity: number
  readonly period: number
}

/** A function from the spec of a child to its spec after a change of code, which may be the same one. */
export type Renewal = (spec: CheckedSpec) => CheckedSpec

const same: Renewal = (spec) => spec

/** The interface of the static and the dynamic engine. An engine is made inside the process of the supervisor. */
export interface Engine extends Reporting {
  /** Starts the children of the options. Returns a reason if the supervisor cannot start. */
  start(): Awaitable<{ readonly failed: ExitReason } | undefined>
  answer(request: SupervisorRequest): Awaitable<Answer>
  /**
   * Takes over other options, after a change of code. If they are invalid, nothing changes. Nothing is started or stopped.
   *
   * @param renewed gives the new spec of a child that the options do not list
   */
  adopt(options: object, renewed: Renewal): void
  /** Handles the death of a linked process. Returns false if the supervisor must stop. */
  ended(pid: Pid, reason: ExitReason): Awaitable<boolean>
  /** Tries a restart again, after a failure or at the end of a wait. Returns false if the supervisor must stop. */
  retry(order: TryAgain<unknown>): Awaitable<boolean>
  /** Stops all children. */
  stop(): Awaitable<void>
  /** The properties from here on are for `inspection.ts`. */
  readonly recentRestarts: number
  readonly seen: EngineSeen
  /** The ids of the children in the options. */
  readonly listed: readonly string[]
  readonly children: ReadonlyMap<unknown, SupervisedChild>
  childOf(pid: Pid): SupervisedChild | undefined
  /** Whether an unknown cast is only reported. If not, it crashes the supervisor, as in OTP. */
  readonly toleratesCasts: boolean
}

/** Makes the engine, inside the new process; or returns `'ignore'`, if the computed options are that. */
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
      // The sender is alive, so the EXIT was sent with `exit(pid, reason)`. To believe it would start a second incarnation beside the first.
      if (isAlive(message.from)) return { state: engine }
      return step(engine, engine.ended(message.from, message.reason))
    }
    if (message instanceof TryAgain) return step(engine, engine.retry(message))
    reportUnexpected(engine, message)
    return { state: engine }
  },

  /** OTP's `supervisor:code_change/3`: takes over the options of the new init, unless that returns `'ignore'`. */
  async [TAKES_CODE](engine, to, extra) {
    const options: unknown = typeof to === 'function' ? await to() : to
    if (options === 'ignore') return engine
    engine.adopt(options as object, typeof extra === 'function' ? (extra as Renewal) : same)
    return engine
  },

  terminate: (_reason, engine) => engine.stop(),
}

/** The options for the process of a supervisor. */
export interface SupervisorStartOptions {
  /** The name to register the supervisor under, before its children are started. */
  readonly name?: string | NameKeeper | undefined
  /** Whether to link the supervisor to the current process, which becomes its parent. Default true. */
  readonly link?: boolean | undefined
  /** The label in logs and in the observer. Default the name; without one `'supervisor'`. */
  readonly label?: unknown
}

const SUPERVISOR_START_OPTIONS = namesOf<SupervisorStartOptions>({ name: true, link: true, label: true })

/**
 * Starts a supervisor of any kind.
 *
 * @param init options, or a function that computes them inside the supervisor
 * @param check checks options and makes a plan of them; called before the start if `init` is an object, which waits for it
 * @param build makes an engine from a plan, inside the supervisor
 */
export function startEngine<Options extends object, Plan>(
  init: Options | (() => Awaitable<Options | 'ignore'>),
  check: (options: Options) => Awaitable<Plan>,
  build: (plan: Plan) => Engine,
  options: SupervisorStartOptions,
): Promise<Pid> {
  try {
    checkKnown('the start of a supervisor', options, SUPERVISOR_START_OPTIONS)
    if (typeof init !== 'function') {
      const plan = check(init)
      const begin = (checked: Plan): Promise<Pid> => startMaking(() => build(checked), options)
      return isThenable(plan) ? Promise.resolve(plan).then(begin) : begin(plan)
    }
    return startMaking(makerOf(init, check, build), options)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** The behaviour of the process that `startEngine` starts, for code that starts it by other means. `init` runs inside the process. */
export function engineBehaviour<Options extends object, Plan>(
  init: () => Awaitable<Options | 'ignore'>,
  check: (options: Options) => Awaitable<Plan>,
  build: (plan: Plan) => Engine,
): Behaviour {
  return callbacksBehaviour(behaviour, makerOf(init, check, build), true)
}

function makerOf<Options extends object, Plan>(
  init: () => Awaitable<Options | 'ignore'>,
  check: (options: Options) => Awaitable<Plan>,
  build: (plan: Plan) => Engine,
): EngineMaker {
  const made = (computed: Options | 'ignore'): Awaitable<Engine | 'ignore'> =>
    computed === 'ignore' ? computed : andThen(check(computed), build)
  return () => andThen(init(), made)
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

/** A supervisor that gives up exits `'shutdown'`. For its own supervisor that is no crash, so only a permanent one is restarted. */
function after(engine: Engine, goesOn: boolean): HandlerResult<Engine> {
  return goesOn ? { state: engine } : { stop: 'shutdown', state: engine }
}
