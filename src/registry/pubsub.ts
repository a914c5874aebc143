import { type Pid, sendNosuspend } from '../kernel/index.js'
import type { DirectorySpec } from './directory.js'
import { DuplicateRegistry } from './duplicate-registry.js'
import type { Registration } from './ledger.js'
import { ledgerOf } from './registry.js'

/**
 * Hands a message to subscribers, in place of a plain `send` to each: to filter by their metadata, or to encode once
 * for many.
 *
 * @param from the process that is to get nothing of a `broadcastFrom`; undefined for a `broadcast`
 */
export type Dispatcher<Metadata = unknown, Message = unknown> = (
  subscribers: readonly Registration<Metadata>[],
  message: Message,
  from: Pid | undefined,
) => void

/**
 * Publish and subscribe by topic, within one kernel. Elixir's `Phoenix.PubSub`, on a `DuplicateRegistry`.
 *
 * A broadcast puts the message, as it is, in the mailbox of each subscriber; in a server it arrives at `handleInfo` or
 * an `@Info` method. Subscriptions end with the process that made them, and that process is linked to the pub/sub as any
 * registered process is to its registry.
 *
 * @typeParam Topics what is sent on which topic: `{ prices: Price; [room: `room:${string}`]: Chat }`
 * @typeParam Metadata what a subscriber may add for dispatchers
 * @example
 * ```ts
 * const bus = new PubSub<{ prices: { symbol: string; price: number } }>('bus')
 * await bus.startLink()
 * bus.subscribe('prices')
 * bus.broadcast('prices', { symbol: 'ACME', price: 12 })
 * await receive({ symbol: 'ACME' })
 * ```
 */
export class PubSub<Topics extends object = Record<string, unknown>, Metadata = unknown> {
  readonly #subscriptions: DuplicateRegistry<keyof Topics & string, Metadata | undefined>

  /** @param name what its process is registered as */
  constructor(readonly name: string) {
    this.#subscriptions = new DuplicateRegistry(name)
  }

  /** Starts its process, linked to the current one. @throws ALREADY_STARTED, NAME_INVALID. Both reject. */
  startLink(): Promise<Pid> {
    return this.#subscriptions.startLink()
  }

  /** As `startLink`, without the link. */
  start(): Promise<Pid> {
    return this.#subscriptions.start()
  }

  /** What a supervisor starts it by; list it before those who subscribe. */
  childSpec(): DirectorySpec {
    return this.#subscriptions.childSpec()
  }

  /**
   * Sends the current process what is broadcast on `topic` from now on. Whoever subscribes twice gets all twice.
   * `Phoenix.PubSub.subscribe/3`.
   *
   * @param metadata what a `Dispatcher` sees of this subscription
   * @throws REGISTRY_NOT_RUNNING
   */
  subscribe(topic: keyof Topics & string, metadata?: Metadata): void {
    this.#subscriptions.register(topic, metadata)
  }

  /** Ends all subscriptions of the current process to `topic`. `Phoenix.PubSub.unsubscribe/2`. */
  unsubscribe(topic: keyof Topics & string): void {
    this.#subscriptions.unregister(topic)
  }

  /** Who is subscribed to `topic`, in that order. */
  subscribers(topic: keyof Topics & string): Pid[] {
    return this.#subscriptions.lookup(topic).map(({ pid }) => pid)
  }

  /**
   * Sends `message` to all subscribers of `topic`, the current process included if it is one. `Phoenix.PubSub.broadcast/4`.
   *
   * @param dispatcher sends it in another way; called only if there are subscribers
   * @throws REGISTRY_NOT_RUNNING; what the dispatcher throws
   */
  broadcast<T extends keyof Topics & string>(
    topic: T,
    message: Topics[T],
    dispatcher?: Dispatcher<Metadata | undefined, Topics[T]>,
  ): void {
    this.#publish(undefined, topic, message, dispatcher)
  }

  /**
   * As `broadcast`, but not to the process `from`, which is usually `self()`. `Phoenix.PubSub.broadcast_from/5`.
   *
   * @example
   * ```ts
   * bus.broadcastFrom(self(), 'prices', { symbol: 'ACME', price: 13 })
   * ```
   */
  broadcastFrom<T extends keyof Topics & string>(
    from: Pid,
    topic: T,
    message: Topics[T],
    dispatcher?: Dispatcher<Metadata | undefined, Topics[T]>,
  ): void {
    this.#publish(from, topic, message, dispatcher)
  }

  toString(): string {
    return `pub/sub ${this.name}`
  }

  #publish<T extends keyof Topics & string>(
    from: Pid | undefined,
    topic: T,
    message: Topics[T],
    dispatcher: Dispatcher<Metadata | undefined, Topics[T]> | undefined,
  ): void {
    if (dispatcher !== undefined) {
      this.#subscriptions.dispatch(topic, (subscribers) => dispatcher(subscribers, message, from))
      return
    }
    const subscribers = ledgerOf(this.#subscriptions).at(topic)
    if (subscribers === undefined) return
    // Sending runs no code of the receiver, so nobody subscribes inside the loop; who leaves it meanwhile is skipped.
    if (!(subscribers instanceof Set)) deliver(subscribers.pid, message, from)
    else for (const { pid } of subscribers) deliver(pid, message, from)
  }
}

function deliver(pid: Pid, message: unknown, from: Pid | undefined): void {
  // A subscriber whose mailbox is full misses it, which is no reason for the others to.
  if (pid !== from) sendNosuspend(pid, message)
}
