/**
 * Listeners of an `EventEmitter` run as the process that added them.
 *
 * Node has a convention for a function that stands for a listener, `wrapper.listener = original`: by it `listeners()`,
 * `removeListener()` and `listenerCount()` find the original. It is one step deep. That is enough for what `once` makes,
 * but not for a guard around what `once` makes: that one is looked for by the user's function, and by the wrapper that
 * takes itself off. So a guard has the user's function as its `listener`, and what looks for a listener knows guards too.
 */
import { EventEmitter } from 'node:events'
import { claimListener, claimSource, replaceOnce } from './callback-claims.js'
import { loadedExports, replaceMethods } from './copied-methods.js'
import { guardedBy, markGuard, unguarded } from './guard-mark.js'

type Event = string | symbol
type Listener = ((this: unknown, ...args: never[]) => void) & { listener?: unknown }

interface Emitter {
  readonly _events?: Record<Event, Listener | Listener[] | undefined>
}

interface Methods {
  on?(event: Event, listener: Listener): unknown
  off?(event: Event, listener: Listener): unknown
  addListener(event: Event, listener: Listener): unknown
  prependListener(event: Event, listener: Listener): unknown
  removeListener(event: Event, listener: Listener): unknown
  rawListeners(event: Event): Listener[]
  listenerCount(event: Event, listener?: Listener): number
}

/** While there are no guards, nothing is looked for. */
let guards = false

/** `once` calls `on`, `removeAllListeners` calls `removeListener`, and `listeners` finds what it looks for. */
export function guardEmitters(): void {
  const originals = { ...(EventEmitter.prototype as unknown as Methods) }
  const methods: Methods = {
    addListener(event, listener) {
      const guarding = guard(listener)
      claimSource(() => () => originals.rawListeners.call(this, event).includes(guarding))
      return originals.addListener.call(this, event, guarding)
    },
    prependListener(event, listener) {
      const guarding = guard(listener)
      claimSource(() => () => originals.rawListeners.call(this, event).includes(guarding))
      return originals.prependListener.call(this, event, guarding)
    },
    removeListener(event, listener) {
      // Only what stands for another is not found by the `listener` of its guard.
      if (!guards || listener?.listener === undefined)
        return originals.removeListener.call(this, event, listener)
      const registered = (this as unknown as Emitter)._events?.[event]
      const found = guardIn(registered, listener)
      if (found === undefined) return originals.removeListener.call(this, event, listener)
      // Of the only listener Node tells listeners of `removeListener` its `listener`, as it is.
      if (registered === found) return originals.removeListener.call(this, event, found)
      // Of one among several it tells them what it was called with: the guard must be found by that.
      const { listener: known } = found
      const wanted = unguarded(listener)
      found.listener = wanted
      try {
        return originals.removeListener.call(this, event, wanted)
      } finally {
        found.listener = known
      }
    },
    rawListeners(event) {
      return originals.rawListeners.call(this, event).map(unguarded)
    },
    listenerCount(event, listener) {
      if (!guards || listener == null) return originals.listenerCount.call(this, event, listener)
      const registered = originals.rawListeners.call(this, event).map(unguarded)
      return registered.filter((each) => each === listener || each.listener === listener).length
    },
  }
  replaceOnce('emitters', () => {
    const replacements = { ...methods, on: methods.addListener, off: methods.removeListener }
    replaceMethods(EventEmitter.prototype, originals, replacements)
    for (const holder of loadedExports()) replaceMethods(holder, originals, replacements)
  })
}

/** What is registered for `listener`. */
function guard(listener: Listener): Listener {
  // Node says what is wrong with it.
  if (typeof listener !== 'function') return listener
  const guarding = claimListener(listener)
  if (guarding === listener) return listener
  guarding.listener = typeof listener.listener === 'function' ? listener.listener : listener
  markGuard(guarding, listener)
  guards = true
  return guarding
}

/** The guard among what is registered that Node would take off for `listener`, if it is one: the last that matches. */
function guardIn(registered: Listener | Listener[] | undefined, listener: Listener): Listener | undefined {
  if (typeof registered === 'function')
    return matches(registered, listener) ? guardOrNone(registered) : undefined
  for (let at = (registered?.length ?? 0) - 1; at >= 0; at--) {
    const each = registered?.[at] as Listener
    if (matches(each, listener)) return guardOrNone(each)
  }
  return undefined
}

function matches(registered: Listener, listener: Listener): boolean {
  return registered === listener || registered.listener === listener || guardedBy(registered) === listener
}

function guardOrNone(registered: Listener): Listener | undefined {
  return guardedBy(registered) === undefined ? undefined : registered
}
