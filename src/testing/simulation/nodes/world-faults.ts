import { isInstance } from '../../../kernel/index.js'
import type { Fault } from '../../faults/fault-ledger.js'
import { FaultStep } from '../faults/simulated-fault.js'
import { checkCount, checkOneOf, demand } from '../options.js'
import { demandNames, demandNumber, demandOptions, demandSpan, demandText } from './node-arguments.js'
import { type EngineMishap, SimulatedEngine } from './simulated-engine.js'
import type { SimulatedNetwork } from './simulated-network.js'
import type { SimulatedNode } from './simulated-node.js'
import type { SurroundingWorld } from './world-part.js'

/** The world that faults strike. */
interface FaultyWorld extends SurroundingWorld {
  readonly nodes: ReadonlyMap<string, SimulatedNode>
  readonly network: SimulatedNetwork
}

/** A fake, some calls of which can go wrong. */
interface FaultyFake {
  isCalm: boolean
  choices(): FaultStep[]
}

/** Milliseconds, or from and to: then chance decides. */
export type Span = number | readonly [from: number, to: number]

/** How often a fault of a node, the network or an engine may strike, and for how long. */
export interface WorldFaultOptions {
  /** How often in a run; default 1. */
  readonly times?: number
  /** Milliseconds until all is well again; default from 100 to 5,000. */
  readonly for?: Span
}

const SPAN: Span = [100, 5_000]
/** Milliseconds until a node that did not come up is started again, as a supervisor of programs does. */
const AGAIN = 1_000

interface Made {
  readonly text: string
  readonly number: number
  readonly times: number
  struck: number
  isRemoved: boolean
  can(): boolean
  strike(): void
}

/** What may applyFault nodes, the network between them and their engine, wherever the schedule says. */
export class WorldFaults {
  readonly #world: FaultyWorld
  readonly #all: Made[] = []
  readonly #fakes: FaultyFake[] = []

  /** @internal */
  constructor(world: FaultyWorld) {
    this.#world = world
  }

  /** As `kill -9`. It is started again after `for`. */
  crashNode(name: string, options: WorldFaultOptions = {}): Fault {
    demandText('crashNode', 'name', name)
    checkOptions('crashNode', options, ['times', 'for'])
    const strike = (ms: number): void => {
      this.#node(name)?.crash()
      this.#world.after(ms, () => this.#restart(name))
    }
    return this.#add(`node ${name} crashes`, options, () => this.#node(name)?.isRunning === true, strike)
  }

  /** As SIGSTOP, or a long collection of garbage. */
  pauseNode(name: string, options: WorldFaultOptions = {}): Fault {
    demandText('pauseNode', 'name', name)
    checkOptions('pauseNode', options, ['times', 'for'])
    const strike = (ms: number): void => {
      const node = this.#node(name)
      node?.pause()
      this.#world.after(ms, () => node?.resume())
    }
    return this.#add(`node ${name} is stopped`, options, () => this.#node(name)?.isRunning === true, strike)
  }

  /** Nothing gets from one of `some` to one of `others`, nor back unless `oneWay`. */
  partition(
    some: readonly string[],
    others: readonly string[],
    options: WorldFaultOptions & { readonly oneWay?: boolean } = {},
  ): Fault {
    demandNames('partition', 'some', some)
    demandNames('partition', 'others', others)
    checkOptions('partition', options, ['times', 'for', 'oneWay'])
    const { oneWay = false } = options
    const strike = (ms: number): void => this.#for(ms, this.#world.network.partition(some, others, oneWay))
    const sign = oneWay ? 'to' : 'and'
    return this.#add(
      `a partition, ${some.join(', ')} ${sign} ${others.join(', ')}`,
      options,
      () => true,
      strike,
    )
  }

  /** The connection of two nodes breaks. */
  cutConnection(one: string, other: string, options: Pick<WorldFaultOptions, 'times'> = {}): Fault {
    demandText('cutConnection', 'one', one)
    demandText('cutConnection', 'other', other)
    checkOptions('cutConnection', options, ['times'])
    return this.#add(
      `the connection of ${one} and ${other} breaks`,
      options,
      () => true,
      () => this.#world.network.cut(one, other),
    )
  }

  /** A node has no way to the engine. */
  cutEngine(engine: SimulatedEngine, node: string, options: WorldFaultOptions = {}): Fault {
    demandEngine('cutEngine', engine)
    demandText('cutEngine', 'node', node)
    checkOptions('cutEngine', options, ['times', 'for'])
    const strike = (ms: number): void => this.#for(ms, engine.cut(node))
    return this.#add(`node ${node} has no way to the engine`, options, () => true, strike)
  }

  /** The engine is down, and comes back with what it has written. */
  stopEngine(engine: SimulatedEngine, options: WorldFaultOptions = {}): Fault {
    demandEngine('stopEngine', engine)
    checkOptions('stopEngine', options, ['times', 'for'])
    return this.#add(
      'the engine is down',
      options,
      () => !engine.isDown,
      (ms) => this.#for(ms, engine.stop()),
    )
  }

  /** A request of a node is lost, or done `lateBy` milliseconds later, or its answer is lost: the node does not know what became of it. */
  unknownOutcome(engine: SimulatedEngine, options: Pick<WorldFaultOptions, 'times'> = {}): Fault {
    demandEngine('unknownOutcome', engine)
    checkOptions('unknownOutcome', options, ['times'])
    const strike = (): void => {
      const pending = engine.pending()
      const request = pending[Math.floor(this.#world.chance.next() * pending.length)]
      const mishaps: readonly EngineMishap[] = ['lose answer', 'lose request', 'late request']
      const mishap = mishaps[Math.floor(this.#world.chance.next() * mishaps.length)]
      if (request === undefined || mishap === undefined) return
      request.mishap = mishap
      this.#world.note(`${mishap}: ${request.operation}`)
    }
    return this.#add(
      'the outcome of a request is not known',
      options,
      () => engine.pending().length > 0,
      strike,
    )
  }

  /** What a node reads of the engine is behind: its server led the others, and does not know yet that it no longer does. */
  staleReads(engine: SimulatedEngine, node: string, options: WorldFaultOptions = {}): Fault {
    demandEngine('staleReads', engine)
    demandText('staleReads', 'node', node)
    checkOptions('staleReads', options, ['times', 'for'])
    const strike = (ms: number): void => this.#for(ms, engine.staleReads(node))
    return this.#add(`what node ${node} reads of the engine is behind`, options, () => true, strike)
  }

  /** Somebody sets the wall clock of a node. */
  setClock(name: string, by: number, options: Pick<WorldFaultOptions, 'times'> = {}): Fault {
    demandText('setClock', 'name', name)
    demandNumber('setClock', 'by', by)
    checkOptions('setClock', options, ['times'])
    return this.#add(
      `the clock of ${name} is set by ${by} ms`,
      options,
      () => this.#node(name)?.isRunning === true,
      () => this.#node(name)?.setClock(by),
    )
  }

  /** Nothing strikes any more; what is wrong is well again when its time is over. */
  clear(): void {
    for (const fault of this.#all) fault.isRemoved = true
    for (const fake of this.#fakes) fake.isCalm = true
  }

  /** Its calls are among what can go wrong. @internal */
  addFake(fake: FaultyFake): void {
    this.#fakes.push(fake)
  }

  /** What could go wrong now. @internal */
  choices(): FaultStep[] {
    const ofFakes = this.#fakes.flatMap((fake) => fake.choices())
    const ofNodes = this.#all.flatMap((fault) => {
      if (fault.isRemoved || fault.struck >= fault.times || !fault.can()) return []
      const strike = (): void => {
        fault.struck++
        this.#world.main.begin(undefined)
        fault.strike()
      }
      return [new FaultStep(undefined, fault, 0, strike)]
    })
    return [...ofNodes, ...ofFakes]
  }

  #node(name: string) {
    return this.#world.nodes.get(name)
  }

  #restart(name: string): void {
    const node = this.#node(name)
    node?.restart().catch(() => {
      node.crash()
      this.#world.after(AGAIN, () => this.#restart(name))
    })
  }

  #for(ms: number, heal: () => void): void {
    this.#world.after(ms, () => {
      this.#world.note('it is well again')
      heal()
    })
  }

  #add(text: string, options: WorldFaultOptions, can: () => boolean, strike: (ms: number) => void): Fault {
    const { times = 1, for: span = SPAN } = options
    const drawn = (): number => {
      if (typeof span === 'number') return span
      const [from, to] = span
      return Math.floor(from + this.#world.chance.next() * (to - from))
    }
    const number = this.#world.shared.nextFault()
    const made: Made = {
      text,
      number,
      times,
      struck: 0,
      isRemoved: false,
      can,
      strike: () => strike(drawn()),
    }
    this.#all.push(made)
    return {
      get struck() {
        return made.struck
      },
      remove: () => {
        made.isRemoved = true
      },
    }
  }
}

function checkOptions(
  action: string,
  options: WorldFaultOptions & { readonly oneWay?: boolean },
  known: readonly string[],
): void {
  demandOptions(action, options, known)
  checkCount(action, 'times', options.times, 1)
  checkOneOf(action, 'oneWay', options.oneWay, [true, false])
  if (options.for !== undefined) demandSpan(action, 'for', options.for)
}

function demandEngine(action: string, engine: unknown): void {
  demand(isInstance(engine, SimulatedEngine), action, 'engine', engine, 'what sim.engine(…) gave')
}
