/** Finds what code under test leaves in the program itself: listeners, and open handles. */
import { watchOpened } from '../../guards/index.js'
import {
  leaveFrame,
  Opened,
  type Place,
  placeOf,
  type Sort,
  stackHere,
  turnOfLoop,
} from '../../kernel/index.js'
import { Connections } from './open-connections.js'
import { activeCounts } from './real-work.js'
import type { LeftOver } from './test-end.js'

const FAILURES = ['uncaughtException', 'unhandledRejection'] as const

const TURNS = 3

type Listener = (...args: unknown[]) => void

/** The handles that stay once they exist, with the guards' names for the things behind them. Connections are examined one by one. */
const KINDS: Readonly<Record<string, string>> = {
  TCPServerWrap: 'server',
  PipeServerWrap: 'server',
  UDPWrap: 'datagram socket',
  FSEventWrap: 'watcher',
  StatWatcher: 'watcher',
  ProcessWrap: 'program',
}

const INTERVAL = 'interval'
const SOCKET = 'socket'

/** A listener that was added during the test. */
interface Added {
  readonly event: string
  readonly listener: unknown
  readonly at: string | undefined
}

/** The state of the program before a test, and what was added since, with the places that did it. */
export class Footprint {
  readonly #listeners = listeners()
  readonly #handles = handleCounts()
  readonly #opened: Opened[] = []
  readonly #added: Added[] = []
  /** The listeners and handles of left-over code of another test, which gets the report. */
  readonly #ofOthers: string[] = []
  readonly #connections: Connections
  readonly #watching: Disposable
  readonly #leftOver: () => LeftOver | undefined

  /**
   * @param leftOver set while code runs that an earlier test has left over
   * @param isOurs whether the code that runs now is the test's
   */
  constructor(leftOver: () => LeftOver | undefined, isOurs: () => boolean) {
    this.#leftOver = leftOver
    this.#connections = new Connections(isOurs)
    const opened = watchOpened((thing, sort, above) => {
      if (sort.kind === SOCKET) this.#connect(thing, sort, stackHere(above))
      const isInterval = sort.kind === INTERVAL
      if (!isInterval && !Object.values(KINDS).includes(sort.kind)) return
      const place = placeOf(stackHere(above))
      // Intervals of packages belong to the packages.
      if (!isInterval || place?.direct === true) this.#open(thing, sort, place)
    })
    const adds = (event: string | symbol, listener: unknown): void =>
      this.#adds(String(event), listener, adds)
    process.on('newListener', adds)
    this.#watching = {
      [Symbol.dispose]() {
        process.off('newListener', adds)
        opened[Symbol.dispose]()
      },
    }
  }

  /** Returns what was added, as text. Added listeners are removed, and intervals cleared. */
  left(): string[] {
    this.#watching[Symbol.dispose]()
    this.#connections.stopWatching()
    const left: string[] = []
    for (const [event, all] of listeners()) {
      const before = standing(this.#listeners.get(event) ?? [])
      const extra = all.filter((listener) => !before.includes(listener))
      for (const listener of extra) process.off(event, listener)
      const blamed = extra.length - this.#countOfOthers(event)
      if (blamed > 0) left.push(`${blamed} × process.on('${event}')${placesOf(this.#placesOf(event, extra))}`)
    }
    return [...left, ...this.#openHandles(), ...this.#connections.left(), ...this.#openIntervals()]
  }

  /** Waits for closing handles: each counts until the event loop has made a turn. */
  async closed(): Promise<void> {
    for (let turns = 0; turns < TURNS && this.#openHandles().length > 0; turns++) await turnOfLoop()
    await this.#connections.closed()
  }

  /** Clears intervals, which would go on in the next test, and returns them as text. */
  #openIntervals(): string[] {
    return this.#opened.flatMap(({ sort, thing, place }) => {
      if (sort.kind !== INTERVAL || thing === undefined) return []
      const told = `${sort.name(thing)}${placesOf([place?.at])}`
      ;(thing as NodeJS.Timeout).close()
      return [told]
    })
  }

  #openHandles(): string[] {
    return [...handleCounts()].flatMap(([name, count]) => {
      const kind = KINDS[name] as string
      const open = this.#opened.filter(({ sort, thing }) => sort.kind === kind && thing !== undefined)
      const more = count - (this.#handles.get(name) ?? 0) - this.#countOfOthers(kind)
      const told = open.map(
        ({ sort, thing, place }) => `${sort.name(thing as object)}${placesOf([place?.at])}`,
      )
      if (more <= 0) return []
      return [`${more} × ${name}${told.length > 0 ? ` (${told.slice(0, more).join('; ')})` : ''}`]
    })
  }

  #connect(socket: object, sort: Sort, stack: string): void {
    const at = placeOf(stack)?.at ?? 'an unknown place'
    if (!this.#isOfAnother(SOCKET, `a connection made at ${at}`)) this.#connections.add(socket, sort, stack)
  }

  #open(thing: object, sort: Sort, place: Place | undefined): void {
    sort.begin?.(thing)
    if (this.#isOfAnother(sort.kind, `a ${sort.kind} opened at ${place?.at ?? 'an unknown place'}`)) return
    this.#opened.push(new Opened(thing, sort, place))
  }

  #adds(event: string, listener: unknown, above: (...args: never[]) => unknown): void {
    const at = placeOf(stackHere(above))?.at
    if (this.#isOfAnother(event, `process.on('${event}') at ${at ?? 'an unknown place'}`)) return
    this.#added.push({ event, listener, at })
  }

  #isOfAnother(kind: string, what: string): boolean {
    const leftOver = this.#leftOver()
    if (leftOver === undefined) return false
    leftOver.tell(what)
    this.#ofOthers.push(kind)
    return true
  }

  #countOfOthers(kind: string): number {
    return this.#ofOthers.filter((each) => each === kind).length
  }

  #placesOf(event: string, extra: readonly unknown[]): (string | undefined)[] {
    const added = this.#added.filter((each) => each.event === event)
    const same = added.filter(({ listener }) => extra.includes(listener))
    return (same.length > 0 ? same : added).map(({ at }) => at)
  }
}

function placesOf(places: readonly (string | undefined)[]): string {
  const known = [...new Set(places.filter((place) => place !== undefined))]
  return known.length === 0 ? '' : ` at ${known.join(', ')}`
}

/** Listeners that replace others, and the replaced ones. */
interface Diversion {
  readonly event: (typeof FAILURES)[number]
  readonly listener: Listener
  readonly others: readonly Listener[]
}
const diversions = new Set<Diversion>()
const ended = new WeakMap<Listener, Diversion>()

/**
 * Lets the processes of a test fail as in a program: a failure that no code caught becomes the exit reason of its process, and the test
 * runner gets only the others. Several may do so, and end in any order.
 *
 * @param contain returns false for a failure of no process
 */
export function divertFailures(contain: (reason: unknown, promise: unknown) => boolean): Disposable {
  const diverted = FAILURES.map((event) => {
    const others = process.listeners(event as 'uncaughtException') as Listener[]
    const listener: Listener = (reason, second) => {
      if (contain(reason, event === 'unhandledRejection' ? second : undefined)) {
        leaveFrame()
        return
      }
      const rest = standing(others)
      for (const other of rest) other.call(process, reason, second)
      if (rest.length === 0) throw reason
    }
    for (const other of others) process.off(event, other)
    process.on(event, listener)
    const diversion: Diversion = { event, listener, others }
    diversions.add(diversion)
    return diversion
  })
  return {
    [Symbol.dispose]() {
      for (const diversion of diverted) giveBack(diversion)
    },
  }
}

function giveBack(diversion: Diversion): void {
  const { event, listener, others } = diversion
  diversions.delete(diversion)
  ended.set(listener, diversion)
  // Another one has replaced it since then, and restores what was before both.
  if ([...diversions].some((each) => each.others.includes(listener))) return
  process.off(event, listener)
  const since = process.listeners(event as 'uncaughtException') as Listener[]
  for (const each of since) process.off(event, each)
  for (const each of [...standing(others), ...since]) process.on(event, each)
}

/** Returns the listeners with ended replacements replaced by what was before them. */
function standing(listeners: readonly Listener[]): readonly Listener[] {
  return listeners.flatMap((each) => {
    const over = ended.get(each)
    return over === undefined ? [each] : standing(over.others)
  })
}

/**
 * Returns the listeners of the program. Listeners for its end are left out: many libraries add them when they are loaded, and they harm no
 * test.
 */
function listeners(): Map<string, Listener[]> {
  const names = process.eventNames().filter((name) => !/^(exit|beforeExit|newListener)$/.test(String(name)))
  return new Map(
    names.map((name) => [String(name), process.listeners(name as 'uncaughtException') as Listener[]]),
  )
}

function handleCounts(): Map<string, number> {
  return new Map([...activeCounts()].filter(([name]) => Object.hasOwn(KINDS, name)))
}
