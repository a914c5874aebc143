/** What code under test leaves on the program itself: listeners, and handles that are open. */
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

/** Handles that are there for good once they are, with what the guards call the things behind them. Connections are looked at one by one. */
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

/** How the program was before a test, and what came to it since, with the places that did it. */
export class Footprint {
  readonly #listeners = listeners()
  readonly #handles = handleCounts()
  readonly #opened: Opened[] = []
  readonly #added: Added[] = []
  /** Listeners and handles of code that another test left over: that one is told of them. */
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
      // What packages repeat is theirs.
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

  /** What is there now and was not before, in words; listeners among it are taken off, and intervals cleared. */
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

  /** A handle that is being closed counts until the event loop has been round. */
  async closed(): Promise<void> {
    for (let turns = 0; turns < TURNS && this.#openHandles().length > 0; turns++) await turnOfLoop()
    await this.#connections.closed()
  }

  /** They would go on in the next test, and are cleared. */
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

/** Listeners that stand in the place of others now, and those that did. */
interface Diversion {
  readonly event: (typeof FAILURES)[number]
  readonly listener: Listener
  readonly others: readonly Listener[]
}
const diversions = new Set<Diversion>()
const ended = new WeakMap<Listener, Diversion>()

/**
 * Lets the processes of a test fail as they would in a program: what no code caught becomes the exit reason of the
 * process it comes from, and the test runner hears of the rest alone. Several may do so, and end in any order.
 *
 * @param contain false for what comes from no process
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
  // Another stands in its place since then, and gives back what was before both.
  if ([...diversions].some((each) => each.others.includes(listener))) return
  process.off(event, listener)
  const since = process.listeners(event as 'uncaughtException') as Listener[]
  for (const each of since) process.off(event, each)
  for (const each of [...standing(others), ...since]) process.on(event, each)
}

/** Those among them whose time is over stand for what was before them. */
function standing(listeners: readonly Listener[]): readonly Listener[] {
  return listeners.flatMap((each) => {
    const over = ended.get(each)
    return over === undefined ? [each] : standing(over.others)
  })
}

/** Those for the end of the program are put there by many a library when it is loaded, and harm no test. */
function listeners(): Map<string, Listener[]> {
  const names = process.eventNames().filter((name) => !/^(exit|beforeExit|newListener)$/.test(String(name)))
  return new Map(
    names.map((name) => [String(name), process.listeners(name as 'uncaughtException') as Listener[]]),
  )
}

function handleCounts(): Map<string, number> {
  return new Map([...activeCounts()].filter(([name]) => Object.hasOwn(KINDS, name)))
}
