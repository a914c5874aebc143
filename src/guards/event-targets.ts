/**
 * Listeners of an `EventTarget` run as the process that added them: of ports, channels, signals, sockets of the web.
 *
 * An event target has no convention for functions that stand for others, and takes each function once. So what is there
 * is asked of Node, guards and all: no list of ours could know which of them have been called once or aborted. A process
 * has its own registration of a function. It takes the place of that of a dead process, as when a worker is restarted and
 * adds the same function again.
 */
import { EventEmitter } from 'node:events'
import {
  type Callback,
  claimingOwner,
  claimListener,
  claimSource,
  type Owner,
  replaceOnce,
} from './callback-claims.js'
import { guardedBy, looksLike, markGuard, unguarded } from './guard-mark.js'

type Listener = Callback | { handleEvent: Callback }
type Arguments = [type: string, listener: Listener, options?: unknown]

interface Methods {
  addEventListener(...args: Arguments): void
  removeEventListener(...args: Arguments): void
}

/** Whom each guard belongs to. */
const owners = new WeakMap<object, Owner>()

const { getEventListeners } = EventEmitter

/** While there are no guards, nothing is looked for. */
let guards = false

/** The function behind a property such as `onmessage` is registered now; it calls whatever the property holds. */
let settingProperty = false

export function guardEventTargets(): void {
  const prototype = EventTarget.prototype as unknown as Methods
  const { addEventListener, removeEventListener } = prototype
  replaceOnce('event targets', () => {
    prototype.addEventListener = looksLike(addEventListener, function (this: Methods, ...args: Arguments) {
      const [type, listener] = args
      const guarding = settingProperty ? undefined : guard(listener)
      if (guarding !== undefined) {
        args[1] = guarding
        for (const each of registered(this, type)) {
          if (guardedBy(each) !== listener) continue
          const owner = owners.get(each)
          if (owner?.isCurrent()) args[1] = each
          else if (owner?.isDead()) removeEventListener.call(this, type, each, args[2])
        }
      }
      claimSource(() => () => registered(this, type).includes(args[1]))
      addEventListener.apply(this, args)
    })
    prototype.removeEventListener = looksLike(
      removeEventListener,
      function (this: Methods, ...args: Arguments) {
        const [type, listener] = args
        if (guards && listener !== undefined) args[1] = found(this, type, listener)
        removeEventListener.apply(this, args)
      },
    )
    EventEmitter.getEventListeners = (target, type) =>
      getEventListeners(target, type).map((each) => unguarded(each))
    for (const each of [MessagePort, BroadcastChannel, AbortSignal]) guardProperties(each.prototype)
  })
}

function guard(listener: Listener): Listener | undefined {
  const owner = claimingOwner()
  if (owner === undefined) return undefined
  let guarding: Listener
  if (typeof listener === 'function') guarding = claimListener(listener, false)
  else if (typeof listener?.handleEvent !== 'function') return undefined
  else guarding = { handleEvent: claimListener((...args) => listener.handleEvent(...args), false) }
  guards = true
  owners.set(guarding, owner)
  markGuard(guarding, listener)
  return guarding
}

/** What Node would take off for `listener`: that of the current process before that of nobody and of others. */
function found(target: object, type: string, listener: Listener): Listener {
  let chosen: Listener | undefined
  for (const each of registered(target, type)) {
    if (each === listener) chosen = each
    if (guardedBy(each) !== listener) continue
    if (owners.get(each)?.isCurrent()) return each
    chosen ??= each
  }
  return chosen ?? listener
}

function registered(target: object, type: string): Listener[] {
  // What is no event target is Node's to refuse.
  if (!(target instanceof EventTarget)) return []
  // A class of its own may have a method of that name, which Node would take for an emitter's.
  const asked = 'listeners' in target ? Object.create(target, { listeners: { value: undefined } }) : target
  return getEventListeners(asked, String(type)) as Listener[]
}

/** Properties that hold a listener, such as `onmessage`. */
function guardProperties(prototype: object): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const { get, set } = property
    if (!name.startsWith('on') || get === undefined || set === undefined) continue
    Object.defineProperty(prototype, name, {
      ...property,
      get() {
        return unguarded(get.call(this))
      },
      set(value: Listener) {
        settingProperty = true
        try {
          set.call(this, (typeof value === 'function' && guard(value)) || value)
        } finally {
          settingProperty = false
        }
      },
    })
  }
}
