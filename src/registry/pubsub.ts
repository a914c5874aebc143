import {
  checkFunction,
  checkKnown,
  checkPid,
  checkText,
  currentKernel,
  type Pid,
  portable,
  processInfo,
  read,
  sendNosuspend,
  TUPLE_FORM,
  type TupleForm,
} from '../kernel/index.js'
import { DuplicateRegistry } from './duplicate-registry.js'
import { textOf } from './group-peers.js'
import type { ProcessGroups } from './process-groups.js'
import { ledgerOf } from './registry.js'
import type { Entry } from './table/entry-table.js'
import { type Few, listOf } from './table/one-or-many.js'
import type { Registration } from './table/registrations.js'
import { checkName, type DirectorySpec } from './table/table-process.js'
import { TopicPattern, TopicPatterns } from './topic-patterns.js'

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

/** How a pub/sub takes part in others. */
export interface PubSubOptions {
  /**
   * A scope of process groups, which must run before it: its process joins the group of its name, and what is broadcast reaches the subscribers of all who
   * are in that group, on all nodes. Default none: it is one of this node alone.
   */
  readonly groups?: ProcessGroups<string>
}

/**
 * What pub/subs of several nodes say to each other: to a BEAM, `{broadcast, Topic, Message}`. A process of Elixir that joins the group gets it, and can send it.
 */
class Broadcast {
  constructor(
    readonly topic: string,
    readonly message: unknown,
  ) {}

  [TUPLE_FORM](): TupleForm {
    return { word: 'broadcast', fields: [this.topic, this.message] }
  }
}

portable(Broadcast, { name: 'heartwood.Broadcast' })

/**
 * Publish and subscribe by topic, within one kernel or among all nodes that share a scope of groups. Elixir's `Phoenix.PubSub`, on a `DuplicateRegistry`.
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
  readonly #subscriptions: DuplicateRegistry<Key<Topics>, Metadata | Once<Metadata> | undefined>

  readonly #groups: ProcessGroups<string> | undefined

  /**
   * @param name what its process is registered as
   * @param options for one that other nodes take part in
   */
  constructor(
    readonly name: string,
    options: PubSubOptions = {},
  ) {
    checkName(name)
    checkKnown(`the pub/sub ${name}`, options, ['groups'])
    const { groups } = options
    this.#subscriptions = new DuplicateRegistry(name)
    this.#groups = groups
    if (groups === undefined) return
    ledgerOf(this.#subscriptions).presence = {
      begin: () => groups.join(name),
      heard: (message) => this.#heard(message),
    }
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
    checkTopic('subscribe', topic)
    this.#subscriptions.register(topic, metadata)
  }

  /**
   * As `subscribe`, for one message: with it the subscription is over. A message that a full mailbox has no room for does not
   * count, nor does one that a dispatcher does not send on before it returns.
   *
   * @example
   * ```ts
   * bus.subscribeOnce('ready')
   * await receive('go', { timeout: 5_000 })
   * ```
   */
  subscribeOnce(topic: keyof Topics & string, metadata?: Metadata): void {
    checkTopic('subscribeOnce', topic)
    const { kernel } = ledgerOf(this.#subscriptions).running
    this.#subscriptions.register(topic, new Once(kernel.isolate(metadata)))
  }

  /**
   * As `subscribe`, to all topics that fit a pattern: words with dots between them, where `*` is any one word, and `**`, which
   * comes last, one or more.
   *
   * | pattern | fits | does not fit |
   * | --- | --- | --- |
   * | `orders.*` | `orders.new` | `orders`, `orders.new.eu` |
   * | `orders.*.paid` | `orders.7.paid` | `orders.paid` |
   * | `orders.**` | `orders.new`, `orders.new.eu` | `orders` |
   *
   * Whoever is subscribed to a topic and to a pattern that it fits gets its messages twice.
   *
   * @throws TOPIC_PATTERN_INVALID, REGISTRY_NOT_RUNNING
   * @example
   * ```ts
   * bus.subscribePattern('orders.**')
   * bus.broadcast('orders.new.eu', order)
   * ```
   */
  subscribePattern(pattern: string, metadata?: Metadata): void {
    const { running } = ledgerOf(this.#subscriptions)
    running.patterns ??= new TopicPatterns()
    this.#subscriptions.register(running.patterns.add(pattern), metadata)
  }

  /** Ends all subscriptions of the current process to `topic`. `Phoenix.PubSub.unsubscribe/2`. */
  unsubscribe(topic: keyof Topics & string): void {
    checkTopic('unsubscribe', topic)
    this.#subscriptions.unregister(topic)
  }

  /** Ends all subscriptions of the current process to that pattern. */
  unsubscribePattern(pattern: string): void {
    const known = ledgerOf(this.#subscriptions).running.patterns?.find(pattern)
    if (known !== undefined) this.#subscriptions.unregister(known)
  }

  /** Who is subscribed to `topic`, in that order; then those who are by a pattern. */
  subscribers(topic: keyof Topics & string): Pid[] {
    checkTopic('subscribers', topic)
    return this.#entries(topic).map(({ pid }) => pid)
  }

  /**
   * Sends `message` to all subscribers of `topic`, the current process included if it is one. `Phoenix.PubSub.broadcast/4`.
   *
   * @param dispatcher sends it in another way; called only if there are subscribers, and for those of this node
   * @throws REGISTRY_NOT_RUNNING; what the dispatcher throws; what has no term on other nodes, TERM_NOT_ENCODABLE
   */
  broadcast<T extends keyof Topics & string>(
    topic: T,
    message: Topics[T],
    dispatcher?: Dispatcher<Metadata | undefined, Topics[T]>,
  ): void {
    checkTopic('broadcast', topic)
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
    checkTopic('broadcastFrom', topic)
    checkPid(from, 'broadcastFrom')
    this.#publish(from, topic, message, dispatcher)
  }

  /** As `broadcast`, to the subscribers of this node alone. `Phoenix.PubSub.local_broadcast/4`. */
  localBroadcast<T extends keyof Topics & string>(topic: T, message: Topics[T]): void {
    checkTopic('localBroadcast', topic)
    this.#here(undefined, topic, message)
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
    if (dispatcher !== undefined) checkFunction(dispatcher, 'broadcast')
    if (this.#groups !== undefined) this.#elsewhere(this.#groups, topic, message)
    if (dispatcher !== undefined) this.#dispatch(from, topic, message, dispatcher)
    else this.#here(from, topic, message)
  }

  #elsewhere(groups: ProcessGroups<string>, topic: string, message: unknown): void {
    const { node } = currentKernel()
    for (const pid of groups.getMembers(this.name)) {
      if (pid.node !== node) sendNosuspend(pid, new Broadcast(topic, message))
    }
  }

  /** What another node has broadcast. */
  #heard(message: unknown): boolean {
    if (message instanceof Broadcast) {
      this.#here(undefined, message.topic, message.message)
      return true
    }
    const elements = read(message, 'elements')
    if (!Array.isArray(elements) || elements.length !== 3 || read(elements[0], 'name') !== 'broadcast')
      return false
    const [, name, content] = elements
    const topic = textOf(name)
    if (topic === undefined) return false
    this.#here(undefined, topic, content)
    return true
  }

  #here(from: Pid | undefined, topic: string, message: unknown): void {
    const { table, patterns } = ledgerOf(this.#subscriptions).running
    this.#deliver(table.at(topic as keyof Topics & string), message, from)
    if (patterns === undefined) return
    for (const pattern of patterns.matching(topic)) this.#deliver(table.at(pattern), message, from)
  }

  /** Sending runs no code of the receiver, so nobody subscribes inside the loop; who leaves it meanwhile is skipped. */
  #deliver(subscribers: Few<Subscription<Topics, Metadata>>, message: unknown, from: Pid | undefined): void {
    if (subscribers === undefined) return
    if (!(subscribers instanceof Set)) {
      if (deliver(subscribers.pid, message, from) && subscribers.value instanceof Once) this.#end(subscribers)
      return
    }
    for (const each of subscribers) {
      const { pid, value } = each
      // Mostly there is no metadata, and no more to look at.
      if (deliver(pid, message, from) && value !== undefined && value instanceof Once) this.#end(each)
    }
  }

  #end(subscriber: Subscription<Topics, Metadata>): void {
    ledgerOf(this.#subscriptions).running.strike([subscriber])
  }

  #dispatch<T extends keyof Topics & string>(
    from: Pid | undefined,
    topic: T,
    message: Topics[T],
    dispatcher: Dispatcher<Metadata | undefined, Topics[T]>,
  ): void {
    const entries = this.#entries(topic)
    if (entries.length === 0) return
    const { kernel } = ledgerOf(this.#subscriptions).running
    const shown = entries.map(({ pid, value }) => ({
      pid,
      value: kernel.isolate(value instanceof Once ? value.metadata : value),
    }))
    const once = entries.filter(({ value }) => value instanceof Once)
    const before = once.map(waitingAt)
    dispatcher(shown, message, from)
    // Who got something: nobody takes it while the dispatcher runs.
    for (const [at, entry] of once.entries()) if (waitingAt(entry) > (before[at] ?? 0)) this.#end(entry)
  }

  #entries(topic: keyof Topics & string): Subscription<Topics, Metadata>[] {
    const { table, patterns } = ledgerOf(this.#subscriptions).running
    const keys: Key<Topics>[] = [topic, ...(patterns?.matching(topic) ?? [])]
    return keys.flatMap((key) => listOf(table.at(key)))
  }
}

function checkTopic(action: string, topic: unknown): void {
  checkText(topic, `${action} of a pub/sub`, 'its topic')
}

function waitingAt({ pid }: { readonly pid: Pid }): number {
  return processInfo(pid, 'messageQueueLength') ?? 0
}

/** A subscriber whose mailbox is full misses it, which is no reason for the others to. */
function deliver(pid: Pid, message: unknown, from: Pid | undefined): boolean {
  return pid !== from && sendNosuspend(pid, message)
}

type Key<Topics> = (keyof Topics & string) | TopicPattern
type Subscription<Topics, Metadata> = Entry<Key<Topics>, Metadata | Once<Metadata> | undefined>

/** What a subscription for one message is registered with. */
class Once<Metadata> {
  constructor(readonly metadata: Metadata | undefined) {}
}
