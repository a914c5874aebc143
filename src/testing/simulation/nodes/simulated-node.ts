import { boot, type ConfigOptions, type RunningSystem } from '../../../application/index.js'
import { NodeClock, type SteppedKernel } from '../../../kernel/index.js'
import { createLogger } from '../../../logging/index.js'
import { simulationError } from '../errors.js'
import { Chance } from '../search/seeded-chance.js'
import { demandFunction, demandNumber } from './node-arguments.js'
import type { SimulatedKernel } from './simulated-kernel.js'
import type { World } from './world.js'

/** What a node is told when it boots. */
export interface NodeStart {
  readonly node: string
  /** As which of those with its name, one after the other, from 1. */
  readonly incarnation: number
  /** What outlives crashes: the same object for each incarnation. */
  readonly disk: Map<string, unknown>
}

/** What runs on a node: a configuration that is booted, or a function, which runs as a process of it and may return one. */
export type NodeProgram = ConfigOptions | ((start: NodeStart) => unknown)

/** How a node differs from the others. */
export interface NodeOptions {
  /** How fast its monotonic clock goes; default 1. */
  readonly rate?: number
  /** Milliseconds by which its wall clock is ahead; default 0. */
  readonly ahead?: number
}

/** A program among those of a simulation: a kernel of its own, joined with the others by the network. */
export class SimulatedNode {
  readonly name: string
  /** What outlives crashes. */
  readonly disk = new Map<string, unknown>()
  readonly #world: World
  readonly #program: NodeProgram
  readonly #options: NodeOptions
  #clock: NodeClock | undefined
  #kernel: SimulatedKernel | undefined
  #incarnation = 0
  #isPaused = false
  #stoppedSince = Number.POSITIVE_INFINITY
  #system: RunningSystem | undefined
  readonly #kernels: SimulatedKernel[] = []
  /** Of what `run` began. */
  #gone: ((error: Error) => void)[] = []

  /** @internal */
  constructor(world: World, name: string, program: NodeProgram, options: NodeOptions) {
    this.#world = world
    this.name = name
    this.#program = program
    this.#options = options
  }

  /** Its kernel; undefined while it is down. */
  get kernel(): SteppedKernel | undefined {
    return this.#kernel
  }

  /** @internal */
  get simulated(): SimulatedKernel | undefined {
    return this.#kernel
  }

  /** What it booted, if that is done. */
  get system(): RunningSystem | undefined {
    return this.#system
  }

  /** Whether it is up, and not stopped. */
  get isRunning(): boolean {
    return this.#kernel !== undefined && !this.#isPaused
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** @internal */
  get stoppedSince(): number {
    return this.#stoppedSince
  }

  /** @internal */
  get kernels(): readonly SimulatedKernel[] {
    return this.#kernels
  }

  /**
   * Runs `fn` as a process of the node.
   *
   * @returns what it returns
   * @throws SIMULATION_NODE_DOWN when it is down, or crashes before that
   */
  run<T>(fn: () => T | PromiseLike<T>): Promise<T> {
    demandFunction('node.run', 'fn', fn)
    const kernel = this.#kernel
    const work =
      kernel === undefined ? Promise.reject(this.#down()) : Promise.race([kernel.run(fn), this.#end()])
    return this.#world.main.awaits(this.name, work)
  }

  /** Boots it. @internal */
  async start(): Promise<void> {
    this.#incarnation++
    const { rate = 1, ahead = 0 } = this.#options
    const clock = new NodeClock(this.#world.clock, { rate, ahead })
    const chance = new Chance(`node ${this.name} ${this.#incarnation} ${this.#world.chance.next()}`)
    const kernel = this.#world.kernel({
      node: this.name,
      creation: this.#incarnation,
      prefix: this.#incarnation === 1 ? `${this.name}/` : `${this.name}.${this.#incarnation}/`,
      clock,
      random: chance.next,
    })
    this.#clock = clock
    this.#kernel = kernel
    this.#kernels.push(kernel)
    this.#isPaused = false
    this.#stoppedSince = Number.POSITIVE_INFINITY
    this.#world.begin(kernel)
    this.#world.network.up(this)
    await this.run(() => this.#boot(kernel))
  }

  async #boot(kernel: SimulatedKernel): Promise<void> {
    const { name: node, disk } = this
    const program = this.#program
    const start = { node, disk, incarnation: this.#incarnation }
    const config: unknown = typeof program === 'function' ? await program(start) : program
    if (typeof config !== 'object' || config === null || !('applications' in config)) return
    const quiet = {
      ...(config as ConfigOptions),
      contain: false,
      blockingLimit: Number.POSITIVE_INFINITY,
    }
    const system = await boot(quiet, { kernel, logger: createLogger({ level: 'silent' }) })
    if (this.#kernel === kernel) this.#system = system
  }

  /** As `kill -9`: it does nothing any more. The others have no connection. */
  crash(): void {
    if (this.#kernel === undefined) return
    this.#clock?.end()
    this.#kernel = undefined
    this.#system = undefined
    this.#isPaused = false
    this.#stoppedSince = Number.POSITIVE_INFINITY
    this.#world.note(`node ${this.name} crashes`)
    this.#world.network.down(this)
    for (const gone of this.#gone.splice(0)) gone(this.#down())
  }

  /** Boots it anew, with its disk. Resolves when it is up; at once where it is. */
  async restart(): Promise<void> {
    if (this.#kernel !== undefined) return
    this.#world.note(`node ${this.name} starts again`)
    await this.start()
  }

  /** As SIGSTOP, or a long collection of garbage: time goes by, and it does nothing. */
  pause(): void {
    if (!this.isRunning) return
    this.#isPaused = true
    this.#stoppedSince = this.#world.clock.now()
    this.#clock?.freeze()
    this.#world.note(`node ${this.name} is stopped`)
    this.#world.network.watchSilence()
  }

  /** It goes on. */
  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#stoppedSince = Number.POSITIVE_INFINITY
    this.#clock?.thaw()
    this.#world.note(`node ${this.name} goes on`)
  }

  /** Somebody sets its wall clock, `by` milliseconds ahead of what it is. */
  setClock(by: number): void {
    demandNumber('node.setClock', 'by', by)
    this.#clock?.setAhead(by)
  }

  #end(): Promise<never> {
    return new Promise((_, reject) => this.#gone.push(reject))
  }

  #down(): Error {
    return simulationError('SIMULATION_NODE_DOWN', { node: this.name })
  }
}
