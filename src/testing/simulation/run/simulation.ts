import type { Engine } from '../../../cluster/index.js'
import {
  currentPid,
  isList,
  isThenable,
  placeOf,
  rules,
  type SteppedKernel,
  stackHere,
} from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import type { SimulationFaults } from '../faults/simulation-faults.js'
import { CallHistory } from '../histories/history.js'
import type { Model } from '../histories/models.js'
import {
  demandFunction,
  demandNumber,
  demandOptions,
  demandSpans,
  demandTime,
} from '../nodes/node-arguments.js'
import { type EngineOptions, SimulatedEngine } from '../nodes/simulated-engine.js'
import { type FakeOf, type FakeOptions, type FakeToken, SimulatedFake } from '../nodes/simulated-fake.js'
import type { SimulatedKernel } from '../nodes/simulated-kernel.js'
import type { NetworkOptions, SimulatedNetwork } from '../nodes/simulated-network.js'
import { type NodeOptions, type NodeProgram, SimulatedNode } from '../nodes/simulated-node.js'
import type { World } from '../nodes/world.js'
import type { WorldFaults } from '../nodes/world-faults.js'
import { demand } from '../options.js'
import type { Draws } from '../search/schedule.js'
import { Chance } from '../search/seeded-chance.js'
import type { SimulationTrace } from './simulation-trace.js'

const ignored = (): void => {}

/** What a simulated program is given: its chance, its pauses, and ways to say more than the kernel can see. */
export class Simulation {
  readonly #chances = new Map<number | undefined, Chance>()
  readonly #invariants: { readonly name: string; readonly holds: () => unknown }[] = []
  readonly #trace: () => SimulationTrace | undefined
  readonly #given: Draws
  readonly #counts = new Map<string, number>()
  /** What was drawn from lists, in order. */
  readonly drawn: [key: string, index: number][] = []
  readonly #world: World
  readonly #awaited: {
    holds: () => unknown
    end: number
    within: number
    met: () => void
    failed: (error: Error) => void
  }[] = []
  /** The kernel that it runs in. */
  readonly kernel: SteppedKernel
  /** Its invariants are being asked, which are no process. */
  asking = false
  /** Nothing of it goes on any more. */
  isOver = false

  /** @internal */
  constructor(
    /** The seed of all that is random in the program. */
    readonly seed: number,
    world: World,
    trace: () => SimulationTrace | undefined,
    draws: Draws = new Map(),
  ) {
    this.#world = world
    this.kernel = world.main
    this.#trace = trace
    this.#given = draws
  }

  /** A number from 0 up to, but not including, 1. Each process has its own row of numbers, whatever the others do. */
  readonly random = (): number => {
    const pid = currentPid()
    const own = pid?.id
    let chance = this.#chances.get(own)
    if (chance === undefined) {
      chance = new Chance(`program ${this.seed} ${pid === undefined ? '' : this.kernel.keyOf(pid)}`)
      this.#chances.set(own, chance)
    }
    return chance.next()
  }

  /**
   * One of these, by chance. Where a run fails, `explore` looks for the first of the list that it still fails with: put what
   * is small and simple in front.
   *
   * @throws SIMULATION_OPTION for an empty list
   */
  pick<T>(from: readonly T[]): T {
    if (!isList(from) || from.length === 0) throw refused('sim.pick', 'from', from, 'a list of at least one')
    const chance = this.random()
    const pid = currentPid()
    const own = pid === undefined ? '' : this.kernel.keyOf(pid)
    const count = (this.#counts.get(own) ?? 0) + 1
    this.#counts.set(own, count)
    const key = `${own}#${count}`
    const index = Math.min(this.#given.get(key) ?? Math.floor(chance * from.length), from.length - 1)
    this.drawn.push([key, index])
    return from[index] as T
  }

  /**
   * Stands for whatever takes a moment and is not the kernel's, such as a read from a disk: others may go on meanwhile,
   * and the current process goes on in a step of its own.
   *
   * @throws SIMULATION_OVER after the end of the run
   */
  async pause(): Promise<void> {
    this.#checkOver('sim.pause()')
    return this.kernel.pause()
  }

  /** Waits until no other process has anything to do but wait for time to pass. @throws SIMULATION_OVER after the end of the run */
  async quiet(): Promise<void> {
    this.#checkOver('sim.quiet()')
    return this.kernel.quiet()
  }

  #checkOver(resource: string): void {
    if (!this.isOver) return
    const place = placeOf(stackHere())?.at ?? 'an unknown place'
    throw simulationError('SIMULATION_OVER', { resource, place })
  }

  /**
   * Tells that this step looks at something, or changes it, that processes share and that is not the kernel's: a
   * variable, a file. The reduced search would otherwise take steps for independent that are not.
   *
   * @throws SIMULATION_OPTION
   */
  touch(thing: string, mode: 'read' | 'write' = 'write'): void {
    if (typeof thing !== 'string') throw refused('sim.touch', 'thing', thing, 'a text')
    this.kernel.note(`shared ${thing}`, mode)
  }

  /**
   * Has `holds` asked after every step: the run fails when it returns false or throws. It answers at once.
   *
   * @throws SIMULATION_OPTION for what is no function; one that gives a promise fails the run, with SIMULATION_INVARIANT_ASYNC
   */
  invariant(name: string, holds: () => unknown): void {
    if (typeof holds !== 'function') {
      const expected = 'a function that says false, or throws, where it does not hold'
      throw refused('sim.invariant', 'holds', holds, expected)
    }
    this.#invariants.push({ name, holds })
  }

  /**
   * What may go wrong, where the schedule says: what `faults()` is in a simulation, with what it has here alone (`hangInHandler`).
   *
   * @example
   * ```ts
   * sim.faults.hangInHandler('till', { handler: 'pay' })
   * ```
   */
  get faults(): SimulationFaults {
    return (this.kernel as SimulatedKernel).faults
  }

  /**
   * Boots a node: a program on a kernel of its own, joined with the others by the network. Resolves when it is up.
   *
   * @param name as in `{ name, node }`
   * @param program a configuration, or a function that runs as a process of the node and may return one
   * @throws SIMULATION_OPTION for a name that is taken; SIMULATION_NODE_DOWN when it crashes before it is up; what `boot` throws
   * @example
   * ```ts
   * const a = await sim.node('a', config)
   * await a.run(() => ref(Desk).call.welcome('Ada'))
   * a.crash()
   * await a.restart()
   * ```
   */
  async node(name: string, program: NodeProgram, options: NodeOptions = {}): Promise<SimulatedNode> {
    if (typeof name !== 'string' || !/^[\w@.-]+$/.test(name) || this.#world.nodes.has(name))
      throw refused('sim.node', 'name', name, 'a name of letters, digits and @ . - _ that no other node has')
    const isProgram = typeof program === 'function' || (typeof program === 'object' && program !== null)
    demand(isProgram, 'sim.node', 'program', program, 'a configuration, or a function')
    demandOptions('sim.node', options, ['rate', 'ahead'])
    const { rate = 1, ahead = 0 } = options
    demand(Number.isFinite(rate) && rate > 0, 'sim.node', 'rate', rate, 'a number above 0')
    demandNumber('sim.node', 'ahead', ahead)
    const node = new SimulatedNode(this.#world, name, program, options)
    this.#world.nodes.set(name, node)
    await node.start()
    return node
  }

  /** A node by its name, up or down; undefined for one that there never was. */
  nodeOf(name: string): SimulatedNode | undefined {
    return this.#world.nodes.get(name)
  }

  /** The network that joins the nodes: partitions, slow nodes, broken connections. */
  get network(): SimulatedNetwork {
    return this.#world.network
  }

  /** How the nodes are joined, from now on. */
  setNetwork(options: NetworkOptions): void {
    this.#world.network.set(options)
  }

  /**
   * An engine of a cluster behind the network: each request of a node, and each answer, is a step of its own.
   *
   * @param inner what keeps the claims: `local()` of `heartwood/cluster`
   * @example
   * ```ts
   * const engine = sim.engine(local())
   * await sim.node('a', () => startCluster({ engine }))
   * ```
   */
  engine(inner: Engine, options: EngineOptions = {}): SimulatedEngine {
    const isEngine = rules.isRecord(inner) && typeof inner.open === 'function'
    demand(isEngine, 'sim.engine', 'inner', inner, 'an engine, such as local()')
    demandOptions('sim.engine', options, ['latency'])
    if (options.latency !== undefined) demandSpans('sim.engine', 'latency', options.latency)
    const engine = new SimulatedEngine(this.#world, inner, options)
    this.#world.engine(engine)
    return engine
  }

  /**
   * An object in the place of an injected one: the calls of its `async` methods fail, hang and are late where the schedule says. `disasters.clear()` ends that.
   *
   * @param token by what it is injected: its class, or a string or symbol
   * @param fake what the calls do when all is well
   * @returns what is bound in the place of the real one
   * @throws SIMULATION_OPTION; when it is used elsewhere, SIMULATION_FAKE_OUTSIDE
   * @example
   * ```ts
   * const bank = sim.fake(Bank, { async charge(amount) {} })
   * await sim.node('shop', overrideBindings(config, (bind) => bind(Bank).toConstantValue(bank)))
   * ```
   */
  fake<T extends object>(token: FakeToken<T>, fake: FakeOf<T>, options: FakeOptions<T> = {}): T {
    const made = new SimulatedFake(this.#world, token, fake, options)
    this.#world.installFaults().addFake(made as unknown as SimulatedFake<object>)
    return made.stand
  }

  /** What may applyFault nodes, the network and engines, where the schedule says. */
  get disasters(): WorldFaults {
    return this.#world.installFaults()
  }

  /** Whether that is one of its kernels. @internal */
  isOf(kernel: unknown): boolean {
    if (kernel === this.kernel) return true
    for (const each of this.#world.allKernels()) if (each === kernel) return true
    return false
  }

  /** As `invariant`, without a name. */
  always(holds: () => unknown): void {
    demandFunction('sim.always', 'holds', holds)
    this.invariant('always', holds)
  }

  /**
   * Waits until `holds` says true, asked after each step.
   *
   * @param within milliseconds of virtual time
   * @throws SIMULATION_EVENTUALLY when that never was so, with what `holds` threw last as `cause`
   */
  async eventually(holds: () => unknown, within: number): Promise<void> {
    this.#checkOver('sim.eventually()')
    demandFunction('sim.eventually', 'holds', holds)
    demandTime('sim.eventually', 'within', within)
    const awaited = new Promise<void>((met, failed) => {
      const end = this.#world.clock.now() + within
      this.#awaited.push({ holds, end, within, met, failed })
      this.#world.wakeAt(end)
    })
    await this.kernel.awaits('eventually', awaited)
  }

  /**
   * Keeps the calls of an object that several use, to be held against what it would do for one at a time.
   *
   * @param model `registerModel(…)`, `lockModel()`, `queueModel()`, or one of your own
   * @example
   * ```ts
   * const history = sim.history(registerModel(0))
   * await history.call('ada', { op: 'write', value: 1 }, () => account.call.setBalance(1))
   * history.check()
   * ```
   */
  history<State, Input, Output>(model: Model<State, Input, Output>): CallHistory<State, Input, Output> {
    const isModel = rules.isRecord(model) && typeof model.apply === 'function'
    demand(isModel, 'sim.history', 'model', model, 'a model, such as registerModel(0)')
    return new CallHistory(model)
  }

  /** Writes a remark into the trace. */
  note(text: string): void {
    this.#trace()?.note(text, currentPid())
  }

  /** The failure of the first invariant that does not hold. Each step then matters to all others. */
  broken(): Error | undefined {
    this.#look()
    if (this.#invariants.length === 0) return undefined
    this.touch('invariants')
    this.asking = true
    try {
      for (const { name, holds } of this.#invariants) {
        try {
          const answer = holds()
          if (answer === false) return simulationError('SIMULATION_INVARIANT', { name, why: 'it says false' })
          if (isThenable(answer)) {
            // What comes of it is told to nobody.
            answer.then(ignored, ignored)
            return simulationError('SIMULATION_INVARIANT_ASYNC', { name })
          }
        } catch (thrown) {
          return simulationError('SIMULATION_INVARIANT', { name, why: thrown }, { cause: thrown })
        }
      }
    } finally {
      this.asking = false
    }
    return undefined
  }

  /** Lets those go on that wait for something to be so. */
  #look(): void {
    for (const each of [...this.#awaited]) {
      const { holds, end, within, met, failed } = each
      let why: unknown
      let isSo = false
      try {
        isSo = holds() === true
      } catch (thrown) {
        why = thrown
      }
      if (!isSo && this.#world.clock.now() < end) continue
      this.#awaited.splice(this.#awaited.indexOf(each), 1)
      const what = why === undefined ? String(holds) : String(why)
      if (isSo) met()
      else failed(simulationError('SIMULATION_EVENTUALLY', { within, what }, { cause: why }))
    }
  }
}

function refused(action: string, option: string, value: unknown, expected: string): Error {
  return simulationError('SIMULATION_OPTION', { action, option, value, expected })
}
