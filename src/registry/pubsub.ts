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
import { registrationsOf } from './registry.js'
import type { Entry } from './table/entry-table.js'
import { listOf, type OneOrMany } from './table/one-or-many.js'
import type { Registration } from './table/registrations.js'
import { checkName, type DirectorySpec } from './table/table-process.js'
import { TopicPattern, TopicPatterns } from './topic-patterns.js'

/**
 * A function that sends a message to subscribers, in place of a plain `send` to each. For example it can filter by their metadata, or
 * encode the message once for all.
 *
 * @param from the process that a `broadcastFrom` leaves out; `undefined` for a `broadcast`
 */
export type Dispatcher<Metadata = unknown, Message = unknown> = (
  subscribers: readonly Registration<Metadata>[],
  message: Message,
  from: Pid | undefined,
) => void

/** The options of a pub/sub. */
export interface PubSubOptions {
  /**
   * A scope of process groups, which must run first. The process of the pub/sub joins the group of its own name. A broadcast then
   * reaches the subscribers of all pub/subs in that group, on all nodes. Default none: the pub/sub is local to this node.
   */
  readonly groups?: ProcessGroups<string>
}

/**
 * The message between pub/subs of several nodes; on a BEAM it is `{broadcast, Topic, Message}`. A process of Elixir that joins the group
 * gets such messages and can send them.
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
 * Publish and subscribe by topic, in one kernel or among all nodes that share a scope of groups. Elixir's `Phoenix.PubSub`, made of a
 * `DuplicateRegistry`.
 *
 * A broadcast puts the message, as it is, into the mailbox of each subscriber; a server gets it in `handleInfo` or
 * an `@Info` method. A subscription ends with its process, and a subscribed process is linked to the pub/sub like a registered
 * process to its registry.
 *
 * @typeParam Topics the type of the messages of each topic: `{ prices: Price; [room: `room:${string}`]: Chat }`
 * @typeParam Metadata the type of the value that a subscriber may add for dispatchers
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
   * @param name the name of the pub/sub, under which its process is registered
   * @param options `groups`, for a pub/sub of several nodes
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
    registrationsOf(this.#subscriptions).presence = {
      begin: () => groups.join(name),
      heard: (message) => this.#heard(message),
    }
  }

  /** Starts the process of the pub/sub, linked to the current process. @throws ALREADY_STARTED, NAME_INVALID. Both reject. */
  startLink(): Promise<Pid> {
    return this.#subscriptions.startLink()
  }

  /** Starts the process of the pub/sub without a link. */
  start(): Promise<Pid> {
    return this.#subscriptions.start()
  }

  /** The child spec of the pub/sub. List it before the children that subscribe. */
  childSpec(): DirectorySpec {
    return this.#subscriptions.childSpec()
  }

  /**
   * Subscribes the current process to `topic`. A process that subscribes twice gets each message twice.
   * `Phoenix.PubSub.subscribe/3`.
   *
   * @param metadata a value for a `Dispatcher`
   * @throws REGISTRY_NOT_RUNNING
   */
  subscribe(topic: keyof Topics & string, metadata?: Metadata): void {
    checkTopic('subscribe', topic)
    this.#subscriptions.register(topic, metadata)
  }

  /**
   * Subscribes the current process to `topic` for one message, which ends the subscription. A message for which a full mailbox has no
   * room does not count, nor a message that a dispatcher does not send before it returns.
   *
   * @example
   * ```ts
   * bus.subscribeOnce('ready')
   * await receive('go', { timeout: 5_000 })
   * ```
   */
  subscribeOnce(topic: keyof Topics & string, metadata?: Metadata): void {
    checkTopic('subscribeOnce', topic)
    const { kernel } = registrationsOf(this.#subscriptions).running
    this.#subscriptions.register(topic, new Once(kernel.isolate(metadata)))
  }

  /**
   * Subscribes the current process to all topics that match a pattern. A pattern is words with dots between them; `*` matches any one
   * word, and `**`, at the end only, one or more words.
   *
   * | pattern | fits | does not fit |
   * | --- | --- | --- |
   * | `orders.*` | `orders.new` | `orders`, `orders.new.eu` |
   * | `orders.*.paid` | `orders.7.paid` | `orders.paid` |
   * | `orders.**` | `orders.new`, `orders.new.eu` | `orders` |
   *
   * A process that is subscribed to a topic and to a pattern that the topic matches gets its messages twice.
   *
   * @throws TOPIC_PATTERN_INVALID, REGISTRY_NOT_RUNNING
   * @example
   * ```ts
   * bus.subscribePattern('orders.**')
   * bus.broadcast('orders.new.eu', order)
   * ```
   */
  subscribePattern(pattern: string, metadata?: Metadata): void {
    const { running } = registrationsOf(this.#subscriptions)
    running.patterns ??= new TopicPatterns()
    this.#subscriptions.register(running.patterns.add(pattern), metadata)
  }

  /** Ends all subscriptions of the current process to `topic`. `Phoenix.PubSub.unsubscribe/2`. */
  unsubscribe(topic: keyof Topics & string): void {
    checkTopic('unsubscribe', topic)
    this.#subscriptions.unregister(topic)
  }

  /** Ends all subscriptions of the current process to `pattern`. */
  unsubscribePattern(pattern: string): void {
    const known = registrationsOf(this.#subscriptions).running.patterns?.find(pattern)
    if (known !== undefined) this.#subscriptions.unregister(known)
  }

  /** The subscribers of `topic`, in the order of subscription; after them the subscribers of patterns that it matches. */
  subscribers(topic: keyof Topics & string): Pid[] {
    checkTopic('subscribers', topic)
    return this.#entries(topic).map(({ pid }) => pid)
  }

  /**
   * Sends `message` to all subscribers of `topic`, the current process included if it is one. `Phoenix.PubSub.broadcast/4`.
   *
   * @param dispatcher sends the message to the subscribers of this node, if there are any; default: a plain send to each
   * @throws REGISTRY_NOT_RUNNING; errors of the dispatcher; TERM_NOT_ENCODABLE for a message that cannot be encoded for another node
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
   * Sends `message` to all subscribers of `topic` except the process `from`, which is usually `self()`. `Phoenix.PubSub.broadcast_from/5`.
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

  /** Sends `message` to the subscribers of this node only. `Phoenix.PubSub.local_broadcast/4`. */
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

  /** Handles the broadcast of another node. Returns false for any other message. */
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
    const { table, patterns } = registrationsOf(this.#subscriptions).running
    this.#deliver(table.at(topic as keyof Topics & string), message, from)
    if (patterns === undefined) return
    for (const pattern of patterns.matching(topic)) this.#deliver(table.at(pattern), message, from)
  }

  /** Sends a message to subscribers. Sending runs no code of the receiver, so the set does not grow inside the loop. */
  #deliver(
    subscribers: OneOrMany<Subscription<Topics, Metadata>>,
    message: unknown,
    from: Pid | undefined,
  ): void {
    if (subscribers === undefined) return
    if (!(subscribers instanceof Set)) {
      if (deliver(subscribers.pid, message, from) && subscribers.value instanceof Once) this.#end(subscribers)
      return
    }
    for (const each of subscribers) {
      const { pid, value } = each
      // Most subscriptions have no metadata, so that `undefined` is tested first.
      if (deliver(pid, message, from) && value !== undefined && value instanceof Once) this.#end(each)
    }
  }

  #end(subscriber: Subscription<Topics, Metadata>): void {
    registrationsOf(this.#subscriptions).running.strike([subscriber])
  }

  #dispatch<T extends keyof Topics & string>(
    from: Pid | undefined,
    topic: T,
    message: Topics[T],
    dispatcher: Dispatcher<Metadata | undefined, Topics[T]>,
  ): void {
    const entries = this.#entries(topic)
    if (entries.length === 0) return
    const { kernel } = registrationsOf(this.#subscriptions).running
    const shown = entries.map(({ pid, value }) => ({
      pid,
      value: kernel.isolate(value instanceof Once ? value.metadata : value),
    }))
    const once = entries.filter(({ value }) => value instanceof Once)
    const before = once.map(waitingAt)
    dispatcher(shown, message, from)
    // A longer mailbox means that the subscriber got a message: no process runs, and takes one out, while the dispatcher runs.
    for (const [at, entry] of once.entries()) if (waitingAt(entry) > (before[at] ?? 0)) this.#end(entry)
  }

  #entries(topic: keyof Topics & string): Subscription<Topics, Metadata>[] {
    const { table, patterns } = registrationsOf(this.#subscriptions).running
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

/** Sends a message to one subscriber. If its mailbox is full, only this subscriber misses the message. */
function deliver(pid: Pid, message: unknown, from: Pid | undefined): boolean {
  return pid !== from && sendNosuspend(pid, message)
}

type Key<Topics> = (keyof Topics & string) | TopicPattern
type Subscription<Topics, Metadata> = Entry<Key<Topics>, Metadata | Once<Metadata> | undefined>

/** The value of a registration that is for one message only. */
class Once<Metadata> {
  constructor(readonly metadata: Metadata | undefined) {}
}
