import { type Channel, type ChannelListener, channel } from 'node:diagnostics_channel'
import { isThenable } from '../context/thenable.js'
import { formatReason } from '../terms/exit-reason.js'

/** A kernel that is told of a subscriber that failed. */
interface ReportingKernel {
  report(failure: {
    readonly level: 'error'
    readonly kind: 'subscriber'
    readonly message: string
    readonly channel: string
    readonly reason: unknown
  }): void
}

/** The mark of a guarded channel. Two copies of Heartwood in a program share the channels. */
const GUARDED = Symbol.for('heartwood.guarded')

/**
 * Makes a diagnostics channel whose subscribers cannot harm the publisher. Node throws the error of a subscriber in the context of the
 * publisher: the publishing process, or a supervisor, would die of it, and a subscriber that fails on a report would get the report of that
 * failure. So a subscriber that throws, or whose promise rejects, is reported once and removed. Every channel of Heartwood is guarded; the
 * published event has its kernel in `kernel`.
 */
export function guardedChannel(name: string): Channel {
  const made = channel(name) as Channel & { [GUARDED]?: true; _subscribers?: readonly ChannelListener[] }
  if (made[GUARDED] === true) return made
  Object.defineProperty(made, GUARDED, { value: true })
  const early = [...(made._subscribers ?? [])].filter((listener) => made.unsubscribe(listener))
  const guards = new Map<ChannelListener, ChannelListener[]>()
  const ours = new WeakSet<ChannelListener>()
  // Node changes the prototype when the first subscriber comes, and then calls `subscribe` of the channel itself.
  const plain = (): Channel => Object.getPrototypeOf(made) as Channel
  const remove = (listener: ChannelListener): boolean => {
    const [guard, ...others] = guards.get(listener) ?? []
    if (guard === undefined) return false
    if (others.length === 0) guards.delete(listener)
    else guards.set(listener, others)
    return plain().unsubscribe.call(made, guard) as unknown as boolean
  }
  const guarded = (listener: ChannelListener): ChannelListener => {
    const guard = guardOf(listener, () => void remove(listener))
    guards.set(listener, [...(guards.get(listener) ?? []), guard])
    ours.add(guard)
    return guard
  }
  made.subscribe = (listener) => {
    const known = typeof listener !== 'function' || ours.has(listener)
    plain().subscribe.call(made, known ? listener : guarded(listener))
  }
  made.unsubscribe = remove as unknown as Channel['unsubscribe']
  for (const listener of early) made.subscribe(listener)
  return made
}

function guardOf(listener: ChannelListener, takeOff: () => void): ChannelListener {
  let failed = false
  const fail = (message: unknown, name: string | symbol, reason: unknown): void => {
    if (failed) return
    failed = true
    // It is not removed while Node goes through the subscribers: Node would skip the next one.
    queueMicrotask(takeOff)
    const text = `a subscriber of ${String(name)} failed and is not told any more: ${formatReason(reason)}`
    const { kernel } = message as { readonly kernel: ReportingKernel }
    kernel.report({ level: 'error', kind: 'subscriber', message: text, channel: String(name), reason })
  }
  return (message, name) => {
    if (failed) return
    try {
      const outcome = listener(message, name) as unknown
      if (isThenable(outcome)) outcome.then(undefined, (reason: unknown) => fail(message, name, reason))
    } catch (reason) {
      fail(message, name, reason)
    }
  }
}
