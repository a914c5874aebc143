/**
 * Who claims a callback for its process. A program may hold several copies of Heartwood (a package of its own depends on
 * another version, a test runner loads modules again): each has its own idea of the current process, but Node's functions
 * are replaced only once. So the copies share one object, found under a global symbol.
 */
import {
  bindCallback,
  bindListener,
  currentPid,
  isAlive,
  isInHandler,
  noteOpened,
  noteSource,
  type Sort,
} from '../kernel/index.js'

export type Callback = (this: unknown, ...args: never[]) => unknown

/** One copy of Heartwood: makes callbacks run as its current process, or returns them as they are. */
interface Claim {
  listener<C extends Callback>(listener: C, returns: boolean): C
  callback<C extends Callback>(callback: C): C
  /** The current process; undefined when this copy has none, or contains nothing. */
  owner(): Owner | undefined
  /** The current process of this copy, if it has one, has opened something. */
  opened<T extends object>(thing: T, sort: Sort<T>, above: Opener): void
  /** Whether a handler of this copy runs; absent in older ones. */
  handles?(): boolean
  /** That handler has set something going. */
  source?(isPending: () => boolean): void
}

/** The function that was called to open something. */
export type Opener = (...args: never[]) => unknown

/** The process that a callback was claimed for. */
export interface Owner {
  isCurrent(): boolean
  isDead(): boolean
}

interface Claims {
  readonly copies: Claim[]
  /** What has been replaced, by name. */
  readonly replaced: Set<string>
}

const KEY = Symbol.for('heartwood.guards')

const program = globalThis as { [KEY]?: Claims }
program[KEY] ??= { copies: [], replaced: new Set() }
const { copies, replaced } = program[KEY]

/** How many systems of this copy contain failures now. */
let containing = 0

const ownListener = <C extends Callback>(listener: C, returns: boolean): C =>
  containing > 0 ? bindListener(listener, returns) : listener

copies.push({
  listener: ownListener,
  callback: (callback) => (containing > 0 ? bindCallback(callback) : callback),
  owner: () => {
    const pid = containing > 0 ? currentPid() : undefined
    return pid && { isCurrent: () => currentPid() === pid, isDead: () => !isAlive(pid) }
  },
  handles: isInHandler,
  source: noteSource,
  opened(thing, sort, above) {
    if (isInHandler()) noteSource(() => mayFire(thing, sort as Sort))
    if (containing > 0) noteOpened(thing, sort, above)
    for (const watch of openingWatchers) watch(thing, sort as Sort, above)
  },
})

/** A timer fires though the program need not wait for it. */
function mayFire(thing: object, sort: Sort): boolean {
  if (sort.isTimer === true) return (thing as { readonly _destroyed?: boolean })._destroyed !== true
  return sort.state(thing, undefined) !== 'closed'
}

/** Tells of something that a handler has set going, such as a listener; `make` is called only if it was one. */
export function claimSource(make: () => () => boolean): void {
  for (let at = 0; at < copies.length; at++) {
    const copy = copies[at] as Claim
    if (copy.handles?.() === true) copy.source?.(make())
  }
}

/** Told of a thing that is opened, its sort, and the function that was called to open it. */
export type OpeningWatcher = (thing: object, sort: Sort, above: Opener) => void

const openingWatchers = new Set<OpeningWatcher>()

/** Tells of all that is opened until disposed of, whoever opens it: also code outside any process. */
export function watchOpened(watcher: OpeningWatcher): Disposable {
  openingWatchers.add(watcher)
  return { [Symbol.dispose]: () => void openingWatchers.delete(watcher) }
}

/** A listener that runs as the process that is current now; the listener itself when there is none. */
export function claimListener<C extends Callback>(listener: C, returns = true): C {
  // Each listener that is added comes by here: the only copy is this one, called so that V8 can inline it.
  if (copies.length === 1) return ownListener(listener, returns)
  let claimed = listener
  for (let at = 0; at < copies.length; at++) claimed = (copies[at] as Claim).listener(claimed, returns)
  return claimed
}

/** The same of a callback, whose throw never reaches its caller. */
export function claimCallback<C extends Callback>(callback: C): C {
  return copies.reduce((claimed, copy) => copy.callback(claimed), callback)
}

/** Whom a callback is claimed for now. */
export function claimingOwner(): Owner | undefined {
  for (const copy of copies) {
    const owner = copy.owner()
    if (owner !== undefined) return owner
  }
  return undefined
}

/** Tells whoever has a current process that it has opened something. */
export function claimOpened<T extends object>(thing: T, sort: Sort<T>, above: Opener): void {
  for (let at = 0; at < copies.length; at++) (copies[at] as Claim).opened(thing, sort, above)
}

/** Callbacks are claimed until disposed of; several systems may ask for it. */
export function claimCallbacks(): Disposable {
  containing++
  let open = true
  return {
    [Symbol.dispose]() {
      if (open) containing--
      open = false
    },
  }
}

/** Replaces something of Node's, unless another copy of Heartwood has done so. */
export function replaceOnce(what: string, replace: () => void): void {
  if (replaced.has(what)) return
  replaced.add(what)
  replace()
}
