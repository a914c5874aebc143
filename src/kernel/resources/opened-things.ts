import type { Place } from '../terms/code-place.js'

/** A sort of things that can be left open, such as sockets, servers or intervals. There is one object for all things of a sort. */
export interface Sort<T extends object = object> {
  /** `'socket'`, `'interval'` … Places with different kinds are reported separately. */
  readonly kind: string
  /** Whether it is a timer: a timer is owned by taking it from `heartwood/timers`, any other thing by `own`. */
  readonly isTimer?: boolean
  /** Whether it soon ends by itself, and so is reported only if left-over code starts it again and again. */
  readonly isBrief?: boolean
  /** The code whose things are reported: user code only, or packages too. Default: all code, including Node's. */
  readonly by?: 'user' | 'packages'
  /** Called when a thing is noted. */
  begin?(thing: T): void
  /** The state of a thing. `'closed'` is also returned for an open thing that is not to be reported; `'opening'` if it is not known yet. */
  state(thing: T, place: Place | undefined): 'open' | 'closed' | 'opening'
  /** Returns the name of a thing for the log. */
  name(thing: T): string
  /** Calls `fired` at each event of a thing, until `fired` returns true. */
  listen(thing: T, fired: () => boolean): void
}

/** A thing that a process opened. This record does not keep the thing in memory. */
export class Opened {
  readonly #thing: WeakRef<object>

  constructor(
    thing: object,
    readonly sort: Sort,
    /** The place where it was opened; `undefined` if that was not examined. */
    readonly place: Place | undefined,
  ) {
    this.#thing = new WeakRef(thing)
  }

  /** The thing itself, while it exists, is not closed, and was never owned. */
  get thing(): object | undefined {
    const thing = this.#thing.deref()
    if (thing === undefined || owned.has(thing)) return undefined
    return this.sort.state(thing, this.place) === 'closed' ? undefined : thing
  }
}

/** The number of noted things at which closed ones are removed. */
const FEW = 16

/** The things that one process opened. */
export class Openings {
  #all: Opened[] = []
  #limit = FEW

  add(opened: Opened): void {
    if (this.#all.length >= this.#limit) {
      this.#all = this.open
      this.#limit = Math.max(FEW, this.#all.length * 2)
    }
    this.#all.push(opened)
  }

  /** The things that are open. */
  get open(): Opened[] {
    return this.#all.filter(({ thing }) => thing !== undefined)
  }
}

/** The things that were ever owned. Code that owned a thing, or gave it up with `disown`, has decided what becomes of it. */
const owned = new WeakSet<object>()

export function noteOwned(thing: object): void {
  owned.add(thing)
}
