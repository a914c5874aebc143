import {
  kernelOf,
  type NextStep,
  type Report,
  rankOf,
  SharedSteps,
  StepClock,
  type SteppedKernelOptions,
  turnOfLoop,
} from '../../../kernel/index.js'
import type { SimulationTrace } from '../run/simulation-trace.js'
import { Chance } from '../search/seeded-chance.js'
import type { SimulatedEngine } from './simulated-engine.js'
import { SimulatedKernel } from './simulated-kernel.js'
import { SimulatedNetwork } from './simulated-network.js'
import type { SimulatedNode } from './simulated-node.js'
import { WorldFaults } from './world-faults.js'
import type { SurroundingWorld, WorldPart } from './world-part.js'
import { WorldStep } from './world-step.js'

/** What a world asks of the run that it is in. */
export interface WorldOptions {
  readonly kernel: Omit<SteppedKernelOptions, 'report' | 'clock' | 'shared'>
  readonly seed: number
  readonly reported: (kernel: SimulatedKernel, report: Report) => void
  readonly began: (kernel: SimulatedKernel) => void
  readonly trace: () => SimulationTrace | undefined
}

/** All kernels of a simulation, with what is between them, under one row of steps and one time. */
export class World implements SurroundingWorld {
  readonly clock = new StepClock()
  readonly shared = new SharedSteps()
  readonly main: SimulatedKernel
  readonly nodes = new Map<string, SimulatedNode>()
  readonly network: SimulatedNetwork
  readonly chance: Chance
  readonly #options: WorldOptions
  readonly #parts: WorldPart[] = []
  #faults: WorldFaults | undefined

  constructor(options: WorldOptions) {
    this.#options = options
    this.chance = new Chance(`world ${options.seed}`)
    this.main = this.kernel({})
    this.network = new SimulatedNetwork(this)
    this.#parts.push(this.network)
  }

  kernel(
    own: Pick<SteppedKernelOptions, 'node' | 'creation' | 'prefix' | 'clock' | 'random'>,
  ): SimulatedKernel {
    const { kernel: common, reported } = this.#options
    const kernel: SimulatedKernel = new SimulatedKernel({
      clock: this.clock,
      ...common,
      ...own,
      shared: this.shared,
      report: (report) => reported(kernel, report),
    })
    return kernel
  }

  /** It runs from now on. */
  begin(kernel: SimulatedKernel): void {
    this.#options.began(kernel)
  }

  engine(engine: SimulatedEngine): void {
    this.#parts.push(engine)
  }

  /** What may applyFault nodes, network and engines, once somebody asked for it. */
  get faults(): WorldFaults | undefined {
    return this.#faults
  }

  installFaults(): WorldFaults {
    this.#faults ??= new WorldFaults(this)
    return this.#faults
  }

  /** Whether there is more than the program itself. */
  get isMany(): boolean {
    return this.nodes.size > 0
  }

  /** Of the nodes that run. */
  *kernels(): Generator<SimulatedKernel> {
    yield this.main
    for (const { simulated, isRunning } of this.nodes.values())
      if (isRunning && simulated !== undefined) yield simulated
  }

  /** Of all that there ever were and have processes. */
  *allKernels(): Generator<SimulatedKernel> {
    yield this.main
    for (const node of this.nodes.values()) yield* node.kernels
  }

  choices(): NextStep[] {
    if (!this.isMany && this.#parts.length === 1) return this.main.choices()
    const steps: NextStep[] = []
    for (const kernel of this.kernels()) steps.push(...kernel.choices())
    for (const part of this.#parts) steps.push(...part.steps())
    return steps.sort((a, b) => rankOf(a) - rankOf(b) || 0)
  }

  make(step: NextStep): void {
    this.restAll()
    if (step instanceof WorldStep) {
      step.kernel.begin(undefined)
      this.trace?.between(step.what)
      step.go()
      return
    }
    const kernel = kernelOf(step)
    kernel.make(step)
    // A time-out before its time takes the others along.
    if (this.isMany && rankOf(step) === Number.POSITIVE_INFINITY) this.clock.ringDue()
  }

  /** All code waits: what goes to other nodes goes. */
  sendOut(): void {
    if (this.isMany) for (const kernel of this.kernels()) kernel.sendOut()
  }

  doChores(): boolean {
    let did = false
    for (const kernel of this.kernels()) did = kernel.doChores() || did
    return did
  }

  passTime(): boolean {
    if (!this.isMany && this.#parts.length === 1) return this.main.time.pass()
    const kernels = [...this.kernels()]
    const isDue = kernels.some(({ timers }) => timers.areDue)
    if (!isDue && this.clock.next === undefined) return false
    this.main.begin(undefined)
    this.restAll()
    if (!isDue) {
      const before = this.clock.now()
      this.clock.jump(() => {
        const passed = this.clock.now() - before
        for (const { timers } of kernels) timers.possible += passed
        this.trace?.timePassed()
      })
    }
    for (const { time } of kernels) time.wake()
    return true
  }

  forceTime(): boolean {
    let first: SimulatedKernel | undefined
    let at = Number.POSITIVE_INFINITY
    for (const kernel of this.kernels()) {
      const timer = kernel.timers.firstWaitedFor
      const left = timer === undefined ? Number.POSITIVE_INFINITY : timer.deadline - kernel.now()
      if (left >= at) continue
      first = kernel
      at = left
    }
    if (first?.time.force() !== true) return false
    if (this.isMany) this.clock.ringDue()
    return true
  }

  /** A moment in which something becomes possible: time passes to it when nobody has anything else to do. */
  wakeAt(at: number, then?: () => void): void {
    const alarm = { ring: () => then?.(), settled: () => Promise.resolve() }
    this.clock.setAlarm(alarm, at)
  }

  after(ms: number, then: () => void): void {
    this.wakeAt(this.clock.now() + ms, then)
  }

  get trace(): SimulationTrace | undefined {
    return this.#options.trace()
  }

  note(text: string): void {
    this.trace?.note(text, undefined)
  }

  /** Ends every process: nothing of it is left. */
  async close(): Promise<void> {
    const kernels = [...this.allKernels()]
    for (const each of kernels) each.listener = undefined
    for (let rounds = 0; rounds < 8; rounds++) {
      const left = kernels.filter(({ processCount }) => processCount > 0)
      if (left.length === 0) break
      for (const kernel of left) for (const pid of kernel.left()) kernel.exit(pid, 'kill')
      await turnOfLoop()
    }
    for (const kernel of kernels) kernel.timers.clear()
    for (const kernel of kernels) kernel.end()
  }

  restAll(): void {
    if (this.isMany) for (const kernel of this.kernels()) kernel.rest()
  }

  nextOrder(): number {
    return this.main.nextOrder()
  }
}
