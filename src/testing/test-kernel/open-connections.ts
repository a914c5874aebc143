/** Finds connections that a test makes as a client and leaves open. */
import { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { Opened, type Place, placeOf, type Sort, stackHere } from '../../kernel/index.js'
import { moment } from './real-work.js'

/** The real milliseconds in which connections must close if the other side has begun to close them. */
const GRACE = 250

/** A stack frame of a package that keeps connections: those are not the test's. */
const OF_POOL = /\/node_modules\/.*(?:pool|agent|dispatcher)/i

/** The property that every agent gets when it is made, by which it is noticed. */
const IDLE = 'freeSockets'

/** An agent of Node that code of the test has made. */
interface Made {
  readonly agent: WeakRef<Agent>
  readonly at: string
}

/**
 * The connections of a test. Reported are connections that its code, or a package for it, has made and that are open at the end. Not
 * reported are connections of pools, of agents that existed before, of `fetch`, and those that are owned, `shared` or without a reference:
 * they are meant to stay.
 */
export class Connections {
  readonly #opened: Opened[] = []
  readonly #agents: Made[] = []
  readonly #isOurs: () => boolean
  readonly #watching: Disposable

  /** @param isOurs whether the current code belongs to the test */
  constructor(isOurs: () => boolean) {
    this.#isOurs = isOurs
    this.#watching = watchAgents((agent, above) => {
      const place = this.#isOurs() ? placeOf(stackHere(above)) : undefined
      // An agent that a package makes for itself belongs to the package.
      if (place?.direct === true) this.#agents.push({ agent: new WeakRef(agent), at: place.at })
    })
  }

  /** Called when a socket is being connected. */
  add(socket: object, sort: Sort, stack: string): void {
    if (!this.#isOurs() || OF_POOL.test(stack)) return
    const place = placeOf(stack)
    if (place !== undefined && !isOfPackage(place)) this.#opened.push(new Opened(socket, sort, place))
  }

  stopWatching(): void {
    this.#watching[Symbol.dispose]()
  }

  /** Waits for connections that the other side closes: they are closed here some turns later. */
  async closed(): Promise<void> {
    for (let waited = 0; waited < GRACE && this.left().length > 0; waited++) await moment(1)
  }

  /** Returns the open connections as text. */
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

/** Whether no user code is on the stack: then the package connects again, or for other code. */
function isOfPackage({ at }: Place): boolean {
  return at.includes('node_modules/')
}

/** Whether a socket keeps the program running. One that does not is meant to end with the program. */
function isHeld(socket: Socket): boolean {
  const { _handle: handle } = socket as Socket & { _handle?: { hasRef?(): boolean } | null }
  return handle?.hasRef?.() !== false
}

function socketsOf(agent: Agent | undefined): readonly Socket[] {
  if (agent === undefined) return []
  const all = [agent.sockets, agent.freeSockets].flatMap((each) => Object.values(each).flat())
  return all.filter((socket) => socket !== undefined && !socket.destroyed) as Socket[]
}

/** Calls `made` for each new agent, until disposed of: the constructor of an agent sets a property that its class does not have. */
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
