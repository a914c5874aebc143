/** One run of a program under one schedule. */
import { inspect } from 'node:util'
import {
  type ExitReason,
  formatReason,
  type NextStep,
  type Pid,
  type Report,
  turnOfLoop,
} from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import { FaultChoices } from '../faults/fault-choices.js'
import { FaultStep } from '../faults/simulated-fault.js'
import type { SimulatedKernel } from '../nodes/simulated-kernel.js'
import { World } from '../nodes/world.js'
import type { RunOptions } from '../options.js'
import { PATIENCE } from '../search/patience.js'
import type { Deviation, Draws } from '../search/schedule.js'
import type { Chooser } from '../search/search.js'
import { containFailures, thrownBy } from './contain-failures.js'
import { watchOutside } from './outside/outside-calls.js'
import { stepsBetween } from './settled-awaits.js'
import { ownGlobals } from './simulated-globals.js'
import { stepImmediates } from './simulated-immediates.js'
import { Simulation } from './simulation.js'
import { SimulationTrace } from './simulation-trace.js'
import { renamed } from './wording.js'

/** The simulated program. It runs as the process `main`, and the run is over when it returns. */
export type Program<T = unknown> = (simulation: Simulation) => T | PromiseLike<T>

export type FailureKind = 'error' | 'invariant' | 'deadlock' | 'endless' | 'crash' | 'outside' | 'unfit'

/** What became of a run. */
export interface Run {
  readonly seed: number
  /** What the program returned, if it did. */
  readonly value: unknown
  readonly failure: { readonly kind: FailureKind; readonly error: unknown } | undefined
  /** The search left the run, since it could show nothing new. */
  readonly left: boolean
  /** Others still had something to do when the run was ended. */
  readonly cut: boolean
  /** Time was made to pass, since some processes went on and on: see `patience.ts`. */
  readonly forced: boolean
  readonly steps: number
  /** Milliseconds of virtual time. */
  readonly time: number
  readonly deviations: readonly Deviation[]
  /** Draws that were to differ from those of the seed, as far as the program came to them. */
  readonly draws: Draws
  /** What was drawn from lists, in order. */
  readonly drawn: readonly (readonly [key: string, index: number])[]
  /** What the program returned, in words that are the same in every run that does the same. */
  readonly outcome: string
  readonly trace: SimulationTrace | undefined
}

const MOST_STEPS = 10_000

/** Milliseconds that a step may take, where nothing else is said: an answer from another machine. */
const STEP_TIME = 10

/** A search that may not stop before the program is done lets everything else end too, within so many steps. */
const LONGEST_END = 1_000

/** So many of those that wait are told: a program that multiplies itself has thousands. */
const MOST_TOLD = 40

/** Resolves when all microtasks have run. */
const settled = turnOfLoop

export async function runProgram(
  program: Program,
  chooser: Chooser,
  seed: number,
  options: RunOptions,
  traced: boolean,
): Promise<Run> {
  const run = new RunInProgress(program, chooser, seed, options, traced)
  return run.toItsEnd()
}

class RunInProgress {
  readonly #world: World
  readonly #kernel: SimulatedKernel
  readonly #watched: Disposable[] = []
  readonly #simulation: Simulation
  readonly #trace: SimulationTrace | undefined
  readonly #deviations: Deviation[] = []
  #failure: { kind: FailureKind; error: unknown } | undefined
  #outcome: { readonly value: unknown } | undefined
  #left = false
  #cut = false
  /** How often time was made to pass since all waited, and ever. */
  #forcedNow = 0
  #forced = false
  /** The step after which time passed last. */
  #passed = 0
  #over = false
  readonly #faults: FaultChoices

  constructor(
    private readonly program: Program,
    private readonly chooser: Chooser,
    private readonly seed: number,
    private readonly options: RunOptions,
    traced: boolean,
  ) {
    const { delivery = 'pairs', messages = 'freeze' } = options
    this.#world = new World({
      kernel: {
        delivery,
        messages,
        random: () => this.#simulation.random(),
        stepTime: options.stepTime ?? STEP_TIME,
        noting: chooser.made !== undefined,
        ...(chooser.ordered === undefined ? {} : { ordered: chooser.ordered }),
      },
      seed,
      reported: (kernel, report) => this.#reported(kernel, report),
      began: (kernel) => this.#began(kernel),
      trace: () => this.#trace,
    })
    this.#kernel = this.#world.main
    this.#faults = new FaultChoices(this.#world, chooser, options.faults)
    this.#trace = traced
      ? new SimulationTrace(() => ({ step: this.#kernel.stepNumber, at: this.#kernel.now() }))
      : undefined
    this.#simulation = new Simulation(seed, this.#world, () => this.#trace, chooser.draws)
  }

  async toItsEnd(): Promise<Run> {
    const kernel = this.#kernel
    using _globals = this.options.globals === true ? await ownGlobals(this.#simulation) : undefined
    using _contained = containFailures(kernel)
    using _immediates = stepImmediates()
    this.#began(kernel)
    kernel
      .run(() => this.program(this.#simulation))
      .then(
        (value) => {
          this.#outcome = { value }
        },
        (error: unknown) => this.#fail('error', thrownBy(error, kernel.pidOf('main'))),
      )
    await this.#steps()
    const { stepNumber } = kernel
    const time = kernel.now()
    const outcome = this.#outcomeText()
    this.#over = true
    await this.#close()
    return {
      seed: this.seed,
      value: this.#outcome?.value,
      failure: this.#failure,
      left: this.#left,
      cut: this.#cut,
      forced: this.#forced,
      steps: stepNumber,
      time,
      deviations: this.#deviations,
      draws: this.#drawnAsGiven(),
      drawn: this.#simulation.drawn,
      outcome,
      trace: this.#trace,
    }
  }

  /** A kernel of it runs from now on. */
  #began(kernel: SimulatedKernel): void {
    kernel.countsTouches = this.options.betweenAwaits === true
    kernel.listener = this.#trace
    kernel.strayed = (pid, thrown) => this.#strayed(pid, thrown)
    if (this.options.outside !== 'allow') this.#watched.push(this.#watchOutside(kernel))
  }

  async #steps(): Promise<void> {
    const limit = this.options.maxSteps ?? MOST_STEPS
    for (;;) {
      await settled()
      this.#world.sendOut()
      this.#checkInvariants()
      if (this.#failure !== undefined || this.#left) return
      if (this.#outcome !== undefined) {
        // What fails from here on is no failure of the program, which is at its end.
        this.#over = true
        return this.chooser.toTheEnd === true ? this.#rest() : undefined
      }
      if (this.#kernel.stepNumber >= limit) {
        return this.#fail(
          'endless',
          simulationError('SIMULATION_ENDLESS', { limit, waiting: this.#waiting() }),
        )
      }
      if (!(await this.#step())) {
        return this.#fail('deadlock', simulationError('SIMULATION_DEADLOCK', { waiting: this.#waiting() }))
      }
    }
  }

  /** After the program's end: what the others would still have done. */
  async #rest(): Promise<void> {
    for (let steps = 0; steps < LONGEST_END; steps++) {
      if (this.#world.choices().length === 0) return
      await this.#step()
      if (this.#left) return
      await settled()
    }
    this.#cut = true
  }

  /** Makes the next step; false when there is none. */
  async #step(): Promise<boolean> {
    const [kernel, world] = [this.#kernel, this.#world]
    let steps = world.choices()
    if (steps.length === 0) {
      // An immediate of the program's own may have something to say.
      await settled()
      await settled()
      world.sendOut()
      steps = world.choices()
    }
    if (steps.length === 0) {
      if (!world.doChores()) {
        if (!world.passTime()) return false
        this.#passed = kernel.stepNumber
        this.#forcedNow = 0
      }
      await settled()
      this.chooser.made?.(kernel, undefined)
      return true
    }
    if (kernel.stepNumber - this.#passed >= this.#patience && world.forceTime()) {
      this.#passed = kernel.stepNumber
      this.#forcedNow++
      this.#forced = true
      await settled()
      this.chooser.made?.(kernel, undefined)
      return true
    }
    const chosen = this.#chosen(steps)
    if (chosen === undefined) return true
    const step = this.#faults.decided(chosen) ?? chosen
    if (step instanceof FaultStep) this.#strike(step)
    else world.make(step)
    if (this.options.betweenAwaits === true && this.chooser.interrupt !== undefined) await this.#between()
    if (this.chooser.made === undefined) return true
    await settled()
    // What steps of several kernels touch is not looked at: all orders are made.
    if (world.isMany) kernel.accesses.noteEverything()
    this.chooser.made(kernel, step)
    return true
  }

  /** After how many steps without a wait of all time must pass: late at first, and soon once it is clear that some go on and on. */
  get #patience(): number {
    return this.#forcedNow > 0 ? PATIENCE : (this.options.maxSteps ?? MOST_STEPS) / 2
  }

  #chosen(steps: readonly NextStep[]): NextStep | undefined {
    const at = this.#kernel.stepNumber + 1
    const { faults, struck } = this.#faults.offered(steps, at)
    if (struck !== undefined) return this.#falls(struck, at)
    return this.#choice(faults.length === 0 ? steps : [...steps, ...faults], at)
  }

  /** The schedule has something go wrong. */
  #falls(step: FaultStep, at: number): FaultStep {
    this.#faults.left--
    this.#deviations.push({ step: at, choice: step.place, fault: step.fault.number })
    return step
  }

  #strike({ fault, pid, strike }: FaultStep): void {
    this.#world.restAll()
    this.#trace?.fault(fault.text, pid)
    strike()
  }

  #choice(steps: readonly NextStep[], at: number): NextStep | undefined {
    try {
      const choice = this.chooser.choose(steps, at)
      if (choice === undefined) {
        this.#left = true
        return undefined
      }
      const step = steps[choice]
      if (step instanceof FaultStep) return this.#falls(step, at)
      if (choice > 0) this.#deviations.push({ step: at, choice })
      if (step !== undefined) return step
      const second = `a run in which it offers ${steps.map(({ key }) => key).join(', ')}`
      throw simulationError('SIMULATION_NOT_REPEATABLE', { first: `another step came at step ${at}`, second })
    } catch (error) {
      this.#fail('unfit', error)
      this.#left = true
      return undefined
    }
  }

  #between(): Promise<void> {
    const kernel = this.#kernel
    return stepsBetween(kernel, this.chooser, (step, choice, between) => {
      this.#deviations.push({ step: kernel.stepNumber + 1, choice, between })
      kernel.make(step)
    }).catch((error: unknown) => {
      this.#fail('unfit', error)
      this.#left = true
    })
  }

  #checkInvariants(): void {
    const broken = this.#simulation.broken()
    if (broken !== undefined) this.#fail('invariant', broken)
  }

  #reported(kernel: SimulatedKernel, report: Report): void {
    const { kind, level, pid, name, reason } = report
    const isExpected = kernel.expects(report)
    if (isExpected || kind !== 'crash' || level !== 'error' || this.options.crashes === 'allow') return
    this.#crashed(name ?? (pid && kernel.titleOf(pid)), reason)
  }

  /** Code failed whose process has returned, as a check that nobody awaits. */
  #strayed(pid: Pid, thrown: unknown): void {
    if (this.#kernel.keyOf(pid) === 'main') this.#fail('error', thrown)
    else if (this.options.crashes !== 'allow') this.#crashed(this.#kernel.keyOf(pid), thrown)
  }

  #crashed(process: unknown, reason: unknown): void {
    const facts = { process, reason: formatReason(reason as ExitReason) }
    this.#fail('crash', simulationError('SIMULATION_CRASH', facts, { cause: reason }))
  }

  #watchOutside(kernel: SimulatedKernel): Disposable {
    return watchOutside(kernel, this.options.globals === true, ({ pid, resource, place }) => {
      const process = kernel.titleOf(pid)
      const error = simulationError('SIMULATION_OUTSIDE', { process, resource, place })
      this.#fail('outside', error)
      return error
    })
  }

  #drawnAsGiven(): Draws {
    const { draws } = this.chooser
    return new Map(this.#simulation.drawn.filter(([key]) => draws?.has(key) === true))
  }

  #outcomeText(): string {
    if (this.#outcome === undefined) return ''
    const text = inspect(this.#outcome.value, { breakLength: Number.POSITIVE_INFINITY })
    return renamed(text, (id) => this.#kernel.keyOf({ id }))
  }

  /** The first failure is the one that counts; what happens as the run is cleared away is none. */
  #fail(kind: FailureKind, error: unknown): void {
    if (!this.#over || kind === 'unfit') this.#failure ??= { kind, error }
  }

  #waiting(): string {
    const all = [...this.#world.kernels()].flatMap((kernel) => kernel.waiting())
    const told = all
      .slice(0, MOST_TOLD)
      .map(({ actor, waitsFor }) => `  ${actor.title} waits for ${waitsFor}`)
    if (all.length > told.length) told.push(`  and ${all.length - told.length} more`)
    return told.join('\n')
  }

  /** Ends every process, so that nothing of this run is left. */
  async #close(): Promise<void> {
    await this.#world.close()
    this.#simulation.isOver = true
    for (const each of this.#watched) each[Symbol.dispose]()
  }
}
