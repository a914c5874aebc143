/**
 * What makes a supervisor of a GenServer: it traps exits, and each message becomes one step of an engine. The engines
 * know of children; the loop, the calls and the parent's EXIT are the GenServer's.
 */
import { type Awaitable, type Callbacks, type HandlerResult, start, startLink } from '../genserver/index.js'
import {
  ExitMessage,
  type ExitReason,
  isAlive,
  type Kernel,
  type NameKeeper,
  type Pid,
  printed,
  trapExit,
} from '../kernel/index.js'
import type { SupervisedChild } from './child.js'
import { supervisorError } from './errors.js'
import { type Reporting, reportUnexpected, titleOf } from './report.js'
import { type Answer, SupervisorRequest, TryAgain } from './request.js'
import type { Strategy } from './strategy.js'

/** Keeps children; made inside the process of the supervisor. */
export interface Engine extends Reporting {
  /** Starts the first children; a reason means that the supervisor cannot start. */
  start(): Awaitable<{ readonly failed: ExitReason } | undefined>
  answer(request: SupervisorRequest): Awaitable<Answer>
  /** A process linked to the supervisor is dead. False: the supervisor is to stop. */
  ended(pid: Pid, reason: ExitReason): Awaitable<boolean>
  /** The next attempt at a restart that failed, or one whose wait is over. False: the supervisor is to stop. */
  retry(order: TryAgain<unknown>): Awaitable<boolean>
  /** Stops all children. */
  stop(): Promise<void>
  readonly kernel: Kernel
  /** What it can be seen to be, for `inspection.ts`. */
  readonly recentRestarts: number
  readonly seen: { readonly strategy: Strategy; readonly intensity: number; readonly period: number }
  readonly children: ReadonlyMap<unknown, SupervisedChild>
  childOf(pid: Pid): SupervisedChild | undefined
  /** Whether a stray cast is only worth a report; else it crashes the supervisor, as in OTP. */
  readonly toleratesCasts: boolean
}

/** Makes the engine, inside the new process; its options may say that there is nothing to do. */
export type EngineMaker = () => Awaitable<Engine | 'ignore'>

export const behaviour: Callbacks<Engine, EngineMaker> = {
  async init(make) {
    trapExit(true)
    const engine = await make()
    if (engine === 'ignore') return 'ignore'
    const failure = await engine.start()
    return failure === undefined ? { state: engine } : { stop: failure.failed }
  },

  async handleCall(request, _from, engine) {
    if (!(request instanceof SupervisorRequest)) {
      const details = { supervisor: titleOf(engine), request: printed(request) }
      throw supervisorError('UNKNOWN_REQUEST', details)
    }
    return { reply: await engine.answer(request), state: engine }
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

export function startEngine(make: EngineMaker, options: SupervisorStartOptions): Promise<Pid> {
  const { name, link = true, label = typeof name === 'string' ? name : 'supervisor' } = options
  return link ? startLink(behaviour, make, { name, label }) : start(behaviour, make, { name, label })
}

function step(engine: Engine, goesOn: Awaitable<boolean>): Awaitable<HandlerResult<Engine>> {
  if (typeof goesOn === 'boolean') return after(engine, goesOn)
  return goesOn.then((result) => after(engine, result))
}

/** A supervisor that gives up ends `'shutdown'`: for its own supervisor that is no crash, so only a permanent one returns. */
function after(engine: Engine, goesOn: boolean): HandlerResult<Engine> {
  return goesOn ? { state: engine } : { stop: 'shutdown', state: engine }
}
