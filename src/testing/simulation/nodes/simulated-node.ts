import { boot, type ConfigOptions, type RunningSystem } from '../../../application/index.js'
import { NodeClock, type SteppedKernel, type SteppedKernelOptions } from '../../../kernel/index.js'
import { createLogger } from '../../../logging/index.js'
import { simulationError } from '../errors.js'
import { Chance } from '../search/seeded-chance.js'
import { demandFunction, demandNumber } from './node-arguments.js'
import type { SimulatedKernel } from './simulated-kernel.js'
import type { SurroundingWorld } from './world-part.js'

/** The world of a node: what makes its kernel, and the network that joins it with others. */
interface NodeWorld extends SurroundingWorld {
  readonly network: { up(node: SimulatedNode): void; down(node: SimulatedNode): void; watchSilence(): void }
  kernel(
    own: Pick<SteppedKernelOptions, 'node' | 'creation' | 'prefix' | 'clock' | 'random'>,
  ): SimulatedKernel
  /** A kernel runs from now on. */
  begin(kernel: SimulatedKernel): void
}

/** The argument of a node's program. */
export interface NodeStart {
  readonly node: string
  /** The number of this start among the starts of the node, from 1. */
  readonly incarnation: number
  /** Data that survive crashes: the same object at each start. */
  readonly disk: Map<string, unknown>
}

/** The program of a node: a configuration that is booted, or a function, which runs as a process of the node and may return a configuration. */
export type NodeProgram = ConfigOptions | ((start: NodeStart) => unknown)

/** The options of a node. */
export interface NodeOptions {
  /** The speed of its monotonic clock. Default 1. */
  readonly rate?: number
  /** Milliseconds by which its wall clock is ahead; default 0. */
  readonly ahead?: number
}

/** A node of a simulation: a program with a kernel of its own, connected with the others by the network. */
export class SimulatedNode {
  readonly name: string
  /** Data that survive crashes. */
  readonly disk = new Map<string, unknown>()
  readonly #world: NodeWorld
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
  constructor(world: NodeWorld, name: string, program: NodeProgram, options: NodeOptions) {
    this.#world = world
    this.name = name
    this.#program = program
    this.#options = options
  }

  /** Its kernel; undefined while the node is down. */
  get kernel(): SteppedKernel | undefined {
    return this.#kernel
  }

  /** @internal */
  get simulated(): SimulatedKernel | undefined {
    return this.#kernel
  }

  /** The booted system; undefined before. */
  get system(): RunningSystem | undefined {
    return this.#system
  }

  /** Whether the node is up and not paused. */
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
   * @returns the result of `fn`
   * @throws SIMULATION_NODE_DOWN if the node is down, or crashes before `fn` is done
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

  /** Crashes the node, as `kill -9`: it does nothing any more, and its connections break. */
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

  /** Boots the node again, with its disk. Resolves when it is up; at once if it is up. */
  async restart(): Promise<void> {
    if (this.#kernel !== undefined) return
    this.#world.note(`node ${this.name} starts again`)
    await this.start()
  }

  /** Pauses the node, as SIGSTOP or a long garbage collection: time passes, and the node does nothing. */
  pause(): void {
    if (!this.isRunning) return
    this.#isPaused = true
    this.#stoppedSince = this.#world.clock.now()
    this.#clock?.freeze()
    this.#world.note(`node ${this.name} is stopped`)
    this.#world.network.watchSilence()
  }

  /** Ends a pause. */
  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#stoppedSince = Number.POSITIVE_INFINITY
    this.#clock?.thaw()
    this.#world.note(`node ${this.name} goes on`)
  }

  /** Moves the wall clock of the node by `by` milliseconds. */
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
