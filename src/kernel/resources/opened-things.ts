import type { Place } from '../terms/code-place.js'

/** A sort of thing that can be left open: a socket, a server, an interval. One object for all of its sort. */
export interface Sort<T extends object = object> {
  /** `'socket'`, `'interval'` … Places of different kinds are told apart. */
  readonly kind: string
  /** A timer is owned by taking it from `heartwood/timers`, and anything else by `own`. */
  readonly isTimer?: boolean
  /** Only news where left-over code starts it again and again: by itself it is soon over. */
  readonly isBrief?: boolean
  /** Who opens those that are news: the user's code itself, or packages too. Default everybody, Node included. */
  readonly by?: 'user' | 'packages'
  /** Told of a thing that is noted. */
  begin?(thing: T): void
  /** `'closed'` also for one that is no news while it is open; `'opening'` for one of which that cannot be said yet. */
  state(thing: T, place: Place | undefined): 'open' | 'closed' | 'opening'
  /** What it is called in the log. */
  name(thing: T): string
  /** Has `fired` called whenever something of it happens, until that returns true. */
  listen(thing: T, fired: () => boolean): void
}

/** Something that a process opened. It is not kept alive by that. */
export class Opened {
  readonly #thing: WeakRef<object>

  constructor(
    thing: object,
    readonly sort: Sort,
    /** Where it was opened; undefined where that was not looked at. */
    readonly place: Place | undefined,
  ) {
    this.#thing = new WeakRef(thing)
  }

  /** The thing itself, as long as it is there, is not closed, and was never owned. */
  get thing(): object | undefined {
    const thing = this.#thing.deref()
    if (thing === undefined || owned.has(thing)) return undefined
    return this.sort.state(thing, this.place) === 'closed' ? undefined : thing
  }
}

/** How many are noted before those that are closed are looked for. */
const FEW = 16

/** What one process opened. */
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

  /** What of it is open. */
  get open(): Opened[] {
    return this.#all.filter(({ thing }) => thing !== undefined)
  }
}

/** Whoever owned a thing, or gave it up by `disown`, has said what shall become of it. */
const owned = new WeakSet<object>()

export function noteOwned(thing: object): void {
  owned.add(thing)
}
