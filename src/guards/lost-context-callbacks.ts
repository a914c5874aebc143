/** Callbacks that Node calls without their context, or whose context it has dropped when they throw. */
import channels from 'node:diagnostics_channel'
import dns from 'node:dns'
import perfHooks from 'node:perf_hooks'
import { STORES_ARE_IN_RESOURCES } from '../kernel/index.js'
import { type Callback, claimCallback, replaceOnce } from './callback-claims.js'
import { guardedBy, looksLike, markGuard } from './guard-mark.js'

/** On Node 20 the context is lost when the callback throws. Trying just that would end the program. */
export function guardMicrotasks(): void {
  if (!STORES_ARE_IN_RESOURCES) return
  replaceOnce('queueMicrotask', () => {
    const original = globalThis.queueMicrotask
    globalThis.queueMicrotask = looksLike(original, (callback: () => void): void =>
      original(claimed(callback)),
    )
  })
}

/** What `register` keeps in place of the held value: who registered it must be told, not who made the registry. */
class Held {
  constructor(readonly cleanUp: () => unknown) {}
}

export function guardFinalizers(): void {
  replaceOnce('FinalizationRegistry', () => {
    const Original = globalThis.FinalizationRegistry
    class Guarded<T> extends Original<T> {
      readonly #cleanUp: (held: T) => void

      constructor(cleanUp: (held: T) => void) {
        super(
          typeof cleanUp !== 'function'
            ? cleanUp
            : (held) => (held instanceof Held ? held.cleanUp() : own(held)),
        )
        const own = claimed(cleanUp)
        this.#cleanUp = cleanUp
      }

      override register(target: WeakKey, held: T, token?: WeakKey): void {
        const cleanUp = this.#cleanUp
        const call = (): void => cleanUp(held)
        const guard = claimCallback(call)
        // The same value as target and held is refused.
        const kept = guard === call || (held as unknown) === target ? held : (new Held(guard) as T)
        super.register(target, kept, token)
      }
    }
    globalThis.FinalizationRegistry = looksLike(Original, Guarded)
  })
}

export function guardResolvers(): void {
  replaceOnce('dns', () => {
    for (const holder of [dns, dns.Resolver.prototype]) {
      const methods = holder as unknown as Record<string, Callback>
      for (const name of Object.keys(methods))
        if (name.startsWith('resolve') || name === 'reverse') guardLast(methods, name)
    }
  })
}

/** Guards the callback that a method takes last. */
function guardLast(methods: Record<string, Callback>, name: string): void {
  const original = methods[name] as Callback
  methods[name] = looksLike(original, function (this: unknown, ...args: unknown[]): unknown {
    args.push(claimed(args.pop()))
    return original.apply(this, args as never[])
  })
}

export function guardObservers(): void {
  replaceOnce('PerformanceObserver', () => {
    const Original = perfHooks.PerformanceObserver
    class Guarded extends Original {
      constructor(callback: ConstructorParameters<typeof Original>[0]) {
        super(claimed(callback))
      }
    }
    looksLike(Original, Guarded)
    perfHooks.PerformanceObserver = Guarded
    globalThis.PerformanceObserver = Guarded
  })
}

/** What Node has of a channel that somebody listens to; one without has the methods of another class, which call these. */
interface ActiveChannel {
  readonly _subscribers?: readonly Callback[]
  subscribe(subscriber: Callback): void
  unsubscribe(subscriber: Callback): boolean
  bindStore(store: object, transform?: Callback): void
}

/** Subscribers run as whoever publishes: any library does, by a request of any worker. */
export function guardChannels(): void {
  replaceOnce('diagnostics_channel', () => {
    const channel = channels.channel(Symbol('heartwood'))
    const nobody = (): void => {}
    channel.subscribe(nobody)
    const active = Object.getPrototypeOf(channel) as ActiveChannel
    channel.unsubscribe(nobody)
    const { subscribe, unsubscribe, bindStore } = active
    active.subscribe = looksLike(subscribe, function (this: ActiveChannel, subscriber: Callback): void {
      const guard = claimed(subscriber)
      if (guard !== subscriber) markGuard(guard, subscriber)
      subscribe.call(this, guard)
    })
    active.unsubscribe = looksLike(
      unsubscribe,
      function (this: ActiveChannel, subscriber: Callback): boolean {
        const guard = this._subscribers?.find((each) => each === subscriber || guardedBy(each) === subscriber)
        return unsubscribe.call(this, guard ?? subscriber)
      },
    )
    active.bindStore = looksLike(bindStore, function (this: ActiveChannel, store: object, transform): void {
      bindStore.call(this, store, claimed(transform))
    })
  })
}

/** What is no function is Node's to refuse. */
function claimed<C>(callback: C): C {
  return typeof callback === 'function' ? (claimCallback(callback as unknown as Callback) as C) : callback
}
