/**
 * The worker of a key: a server as any other, with a look at its claim ahead of each message. The look is put in front of the `handle` of this one engine;
 * servers that nobody claims have nothing of it.
 */
import { serialize } from 'node:v8'
import { SystemRequest, seenServer } from '../../genserver/index.js'
import {
  type Behaviour,
  CallRequest,
  Exit,
  ExitMessage,
  type ExitReason,
  type Handled,
  type InitOutcome,
  isThenable,
  type Kernel,
  type Pid,
  processInfo,
  reasonOf,
  send,
} from '../../kernel/index.js'
import { clusterError } from '../errors.js'
import type { HeldClaim } from '../ownership/claim.js'
import { runsUnder } from './fence.js'

/** With which a call fails that the worker did not take: whoever made it may make it again. */
export const MOVED = { shutdown: 'moved' } as const
/** With which a call fails that the worker had begun, and had not answered when it gave its key away: nobody may make it again unasked. */
export const HANDED_OVER = { shutdown: 'handed over' } as const
/** With which one ends whose key is another node's. */
export const CLAIM_GONE = { shutdown: 'claim lost' } as const

/** Bytes of what is handed over, if anything. */
export type HandedState = Uint8Array | undefined

/** Of a worker whose claim pauses: nobody knows whose the key is, so it hands nothing over, and goes on. */
export const NOT_NOW = 'not now'

/** Unanswered calls that are remembered before those that are answered by now are left out. */
const OPEN_CALLS = 16

/** An order to a worker; a class of its own, so that nothing else is taken for one. */
class Order {
  constructor(readonly what: 'hand over' | 'end') {}

  static is(value: unknown): value is Order {
    return value instanceof Order
  }
}

/** What handed its state over, if it can. */
interface HandingOver {
  handOver?(state?: unknown): unknown
}

export interface WorkerOptions {
  readonly key: string
  readonly claim: HeldClaim
  readonly behaviour: Behaviour
  /** Bytes of what may be handed over. */
  readonly maxState: number
  /** What came for it while it moves, and can go to its next owner. */
  readonly forward: (message: unknown) => void
  readonly failed: (error: unknown) => void
}

export class KeyedWorker {
  readonly #options: WorkerOptions
  #mode: 'owner' | 'moving' | 'over' = 'owner'
  #pid: Pid | undefined
  #kernel: Kernel | undefined
  /** Calls that it has begun; those that were answered since are left out from time to time. */
  #begunCalls: CallRequest[] = []
  #mostCalls = OPEN_CALLS
  /** Ends the waits of messages for a claim that pauses. */
  #stopped: () => void = () => {}
  readonly #stop = new Promise<void>((resolve) => {
    this.#stopped = resolve
  })

  #ended: () => void = () => {}
  readonly #end = new Promise<void>((resolve) => {
    this.#ended = resolve
  })

  #begun: (failure: { readonly reason: ExitReason } | undefined) => void = () => {}
  /** Resolves when its `init` is over, with why it failed if it did; never where it was killed meanwhile. */
  readonly begun = new Promise<{ readonly reason: ExitReason } | undefined>((resolve) => {
    this.#begun = resolve
  })

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  get behaviour(): Behaviour {
    const { behaviour, claim } = this.#options
    const start = behaviour.start?.bind(behaviour)
    const handle = behaviour.handle.bind(behaviour)
    return Object.assign(behaviour, {
      start: (kernel: Kernel, pid: Pid, parent: Pid | undefined) => {
        this.#pid = pid
        this.#kernel = kernel
        runsUnder(pid, claim)
        return this.#init(() => start?.(kernel, pid, parent))
      },
      handle: (message: unknown) => this.#handle(message, handle),
    })
  }

  /** Nobody waits for the init but by `begun`: the supervisor goes on at once, so one that hangs concerns its key only. */
  #init(init: () => ReturnType<NonNullable<Behaviour['start']>>): undefined | Promise<undefined> {
    try {
      const outcome = init()
      if (!isThenable(outcome)) return this.#hasBegun(outcome)
      return Promise.resolve(outcome).then(
        (value) => this.#hasBegun(value),
        (error: unknown) => this.#hasFailed(error),
      )
    } catch (error) {
      return this.#hasFailed(error)
    }
  }

  #hasBegun(outcome: InitOutcome): undefined {
    if (outcome === undefined || outcome === null) {
      this.#begun(undefined)
      return undefined
    }
    if ('stop' in outcome) return this.#hasFailed(new Exit(outcome.stop))
    this.#begun({ reason: 'error' in outcome ? outcome.error : new Error("its init answered 'ignore'") })
    throw new Exit('normal')
  }

  #hasFailed(error: unknown): never {
    this.#begun({ reason: reasonOf(error) })
    throw error
  }

  /** Has it finish what it has begun and hand its state over; from then on it takes nothing, unless it answers `NOT_NOW`. @throws as `Kernel.request` */
  async handOver(timeout: number): Promise<HandedState | typeof NOT_NOW> {
    const answer = await this.#kernel?.request(this.#pid as Pid, new Order('hand over'), { timeout })
    return answer as HandedState | typeof NOT_NOW
  }

  /** Has one that moves end, when it has turned away what came for it; resolves when it has. */
  end(): Promise<void> {
    if (this.#pid !== undefined) this.#kernel?.send(this.#pid, new Order('end'))
    return this.#end
  }

  /** It takes nothing more, and waits for nothing. */
  abandon(): void {
    if (this.#mode === 'owner') this.#mode = 'over'
    this.#stopped()
  }

  #handle(message: unknown, handle: Behaviour['handle']): Handled | PromiseLike<Handled> {
    const isOwner = this.#mode === 'owner'
    // One look at the clock. What a stopped or blocked program finds when it goes on waits until the engine has said whose the key is.
    if (isOwner && this.#options.claim.valid() && !isOrder(message))
      return CallRequest.is(message) ? this.#handleCall(message, handle) : handle(message)
    if (isOrder(message)) return this.#order(message)
    if (message instanceof ExitMessage || isOfSystem(message)) return handle(message)
    if (!isOwner) return this.#turnAway(message)
    return this.#whenHeld().then(
      (isHeld) => (isHeld ? this.#handle(message, handle) : this.#goAfter(message)),
      () => this.#goAfter(message),
    )
  }

  #handleCall(call: CallRequest, handle: Behaviour['handle']): Handled | PromiseLike<Handled> {
    const handled = handle(call)
    if (!call.active) return handled
    if (this.#begunCalls.length >= this.#mostCalls) {
      this.#begunCalls = this.#begunCalls.filter(({ active }) => active)
      this.#mostCalls = Math.max(OPEN_CALLS, 2 * this.#begunCalls.length)
    }
    this.#begunCalls.push(call)
    return handled
  }

  /** False when it is not to wait any more. */
  #whenHeld(): Promise<boolean> {
    return Promise.race([this.#options.claim.held().then(() => true), this.#stop.then(() => false)])
  }

  #goAfter(message: unknown): never {
    this.#mode = 'over'
    this.#turnAway(message)
    throw new Exit(CLAIM_GONE)
  }

  /** It was not handled, and nobody is to think so. */
  #turnAway(message: unknown): undefined {
    if (CallRequest.is(message)) message.unsaid(MOVED)
    else if (this.#mode === 'moving') this.#options.forward(message)
    return undefined
  }

  #order(message: unknown): Handled | PromiseLike<Handled> {
    if (CallRequest.is(message)) return this.#handOver(message)
    // What came behind it is turned away first.
    const pid = this.#pid as Pid
    if ((processInfo(pid)?.messageQueueLength ?? 0) === 0) {
      this.#ended()
      for (const call of this.#begunCalls.splice(0)) call.unsaid(HANDED_OVER)
      // What a caller on another node has on its way at this moment fails with this reason, and was not begun.
      throw new Exit(MOVED)
    }
    send(pid, message)
    return undefined
  }

  async #handOver(request: CallRequest): Promise<undefined> {
    const isOwner = this.#mode === 'owner'
    if (isOwner && this.#options.claim.state === 'paused') {
      request.reply(NOT_NOW)
      return undefined
    }
    this.#mode = 'moving'
    try {
      request.reply(isOwner && this.#options.claim.valid() ? await this.#state() : undefined)
    } catch (error) {
      this.#options.failed(error)
      request.reply(undefined)
    }
    return undefined
  }

  async #state(): Promise<HandedState> {
    const { key, maxState: limit } = this.#options
    const sight = seenServer(this.#pid as Pid)
    const instance = sight?.state as HandingOver | undefined
    const callbacks = sight?.callbacks as HandingOver | undefined
    const value: unknown =
      typeof instance?.handOver === 'function' ? instance.handOver() : callbacks?.handOver?.(instance)
    const state = isThenable(value) ? await value : value
    if (state === undefined) return undefined
    const bytes = serialize(state)
    if (bytes.length > limit) throw clusterError('HAND_OVER_TOO_LARGE', { key, bytes: bytes.length, limit })
    return new Uint8Array(bytes)
  }
}

function isOrder(message: unknown): boolean {
  return Order.is(message) || (CallRequest.is(message) && Order.is(message.payload))
}

function isOfSystem(message: unknown): boolean {
  return CallRequest.is(message) && SystemRequest.is(message.payload)
}
