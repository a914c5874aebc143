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
  type Handled,
  isThenable,
  type Kernel,
  type Pid,
  processInfo,
  send,
} from '../../kernel/index.js'
import { clusterError } from '../errors.js'
import type { HeldClaim } from '../ownership/claim.js'
import { runsUnder } from './fence.js'

/** With which a call fails that the worker did not take: whoever made it may make it again. */
export const MOVED = { shutdown: 'moved' } as const
/** With which a worker ends that gave its key away. */
export const HANDED_OVER = { shutdown: 'handed over' } as const
/** With which one ends whose key is another node's. */
export const CLAIM_GONE = { shutdown: 'claim lost' } as const

/** Bytes of what is handed over, if anything. */
export type HandedState = Uint8Array | undefined

/** Of a worker whose claim pauses: nobody knows whose the key is, so it hands nothing over, and goes on. */
export const NOT_NOW = 'not now'

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
  /** Ends the waits of messages for a claim that pauses. */
  #stopped: () => void = () => {}
  readonly #stop = new Promise<void>((resolve) => {
    this.#stopped = resolve
  })

  #ended: () => void = () => {}
  readonly #end = new Promise<void>((resolve) => {
    this.#ended = resolve
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
        return start?.(kernel, pid, parent)
      },
      handle: (message: unknown) => this.#handle(message, handle),
    })
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
    if (isOwner && this.#options.claim.valid() && !isOrder(message)) return handle(message)
    if (isOrder(message)) return this.#order(message)
    if (message instanceof ExitMessage || isOfSystem(message)) return handle(message)
    if (!isOwner) return this.#turnAway(message)
    return this.#whenHeld().then(
      (isHeld) => (isHeld ? this.#handle(message, handle) : this.#goAfter(message)),
      () => this.#goAfter(message),
    )
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
    if (CallRequest.is(message)) message.unanswered(MOVED)
    else if (this.#mode === 'moving') this.#options.forward(message)
    return undefined
  }

  #order(message: unknown): Handled | PromiseLike<Handled> {
    if (CallRequest.is(message)) return this.#handOver(message)
    // What came behind it is turned away first.
    const pid = this.#pid as Pid
    if ((processInfo(pid)?.messageQueueLength ?? 0) === 0) {
      this.#ended()
      throw new Exit(HANDED_OVER)
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
