/** Connections that a test makes as a client, and leaves open. */
import { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { Opened, type Place, placeOf, type Sort, stackHere } from '../../kernel/index.js'
import { moment } from './real-work.js'

/** Real milliseconds that connections have to close, where the other side has begun to. */
const GRACE = 250

/** A frame of a package's code that makes connections to keep them: they are not the test's. */
const OF_POOL = /\/node_modules\/.*(?:pool|agent|dispatcher)/i

/** What every agent is given when it is made: it can be told then. */
const IDLE = 'freeSockets'

/** An agent of Node's that code of the test has made. */
interface Made {
  readonly agent: WeakRef<Agent>
  readonly at: string
}

/**
 * The connections of a test. Told are those that its code, or a package for it, has made and that are open at the end. Not told are
 * those of pools, of agents that were there before, of `fetch`, and what is owned, `shared` or without a reference: those are meant to
 * live on.
 */
export class Connections {
  readonly #opened: Opened[] = []
  readonly #agents: Made[] = []
  readonly #isOurs: () => boolean
  readonly #watching: Disposable

  /** @param isOurs says of the code that runs now whether it is the test's */
  constructor(isOurs: () => boolean) {
    this.#isOurs = isOurs
    this.#watching = watchAgents((agent, above) => {
      const place = this.#isOurs() ? placeOf(stackHere(above)) : undefined
      // One that a package makes for itself is the package's.
      if (place?.direct === true) this.#agents.push({ agent: new WeakRef(agent), at: place.at })
    })
  }

  /** A socket is being connected. */
  add(socket: object, sort: Sort, stack: string): void {
    if (!this.#isOurs() || OF_POOL.test(stack)) return
    const place = placeOf(stack)
    if (place !== undefined && !isOfPackage(place)) this.#opened.push(new Opened(socket, sort, place))
  }

  stopWatching(): void {
    this.#watching[Symbol.dispose]()
  }

  /** What is closed by the other side is closed here some turns later. */
  async closed(): Promise<void> {
    for (let waited = 0; waited < GRACE && this.left().length > 0; waited++) await moment(1)
  }

  /** What is open, in words. */
  left(): string[] {
    const told = new Map<string, number>()
    const tell = (what: string): void => void told.set(what, (told.get(what) ?? 0) + 1)
    for (const { thing, sort, place } of this.#opened) {
      if (thing === undefined || !isHeld(thing as Socket)) continue
      const isOpen = sort.state(thing, place) === 'open' || place?.direct === true
      if (isOpen) tell(`${sort.name(thing)} at ${place?.at}`)
    }
    for (const { agent, at } of this.#agents) {
      const count = socketsOf(agent.deref()).length
      if (count > 0) tell(`an http.Agent with ${count} open connection${count > 1 ? 's' : ''} at ${at}`)
    }
    return [...told].map(([what, count]) => (count === 1 ? what : `${count} × ${what}`))
  }
}

/** No user's code is on the stack: the package connects again, or for another. */
function isOfPackage({ at }: Place): boolean {
  return at.includes('node_modules/')
}

/** One without a reference is to end with the program. */
function isHeld(socket: Socket): boolean {
  const { _handle: handle } = socket as Socket & { _handle?: { hasRef?(): boolean } | null }
  return handle?.hasRef?.() !== false
}

function socketsOf(agent: Agent | undefined): readonly Socket[] {
  if (agent === undefined) return []
  const all = [agent.sockets, agent.freeSockets].flatMap((each) => Object.values(each).flat())
  return all.filter((socket) => socket !== undefined && !socket.destroyed) as Socket[]
}

/** Tells of each agent that is made, until disposed of: its constructor sets a property that its class does not have. */
function watchAgents(made: (agent: Agent, above: (...args: never[]) => unknown) => void): Disposable {
  const prototype = Agent.prototype as object
  if (Object.hasOwn(prototype, IDLE)) return { [Symbol.dispose]: () => {} }
  function set(this: Agent, value: unknown): void {
    Object.defineProperty(this, IDLE, { value, writable: true, enumerable: true, configurable: true })
    made(this, set)
  }
  Object.defineProperty(prototype, IDLE, { set, configurable: true })
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(prototype, IDLE) }
}
