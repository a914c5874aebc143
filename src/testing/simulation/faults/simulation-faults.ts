import {
  applyFault,
  crashProcess,
  type NextStep,
  type Stride,
  signalAs,
  strideOf,
} from '../../../kernel/index.js'
import { testingError } from '../../errors.js'
import type { Fault } from '../../faults/fault-ledger.js'
import { checkOptions, demand } from '../../faults/fault-options.js'
import type { Route } from '../../faults/faults.js'
import { InjectedFault } from '../../faults/injected-fault.js'
import {
  CONTINUE,
  checkHandler,
  type InstanceTurns,
  type MessageSelection,
  SELECTION,
} from '../../faults/message-selection.js'
import { Aim, type Target } from '../../test-target.js'
import {
  type FaultPoint,
  FaultStep,
  type FaultyKernel,
  injected,
  SimulatedFault,
  type SimulatedFaultOptions,
} from './simulated-fault.js'

type CrashOptions = InstanceTurns & { readonly error?: unknown }
type Mishap = 'drop' | 'duplicate' | 'reorder'

/**
 * The `faults()` of a simulation. The schedule decides whether and where each installed fault strikes. The
 * search looks for a place where the program fails, and a shortened schedule loses the faults that do not matter. With `nth` a fault strikes at that place in
 * every schedule.
 */
export class SimulationFaults {
  readonly #kernel: FaultyKernel
  readonly #all: SimulatedFault[] = []
  readonly #thrown = new WeakSet<object>()

  /** @internal */
  constructor(kernel: FaultyKernel) {
    this.#kernel = kernel
  }

  /** Crashes a process at once, as in a test. */
  crash(target: Target, error?: unknown): void {
    const pid = this.#alive(target, 'crash')
    crashProcess(pid, this.#own(injected(error, this.#kernel.trace.nameOf(pid))))
  }

  kill(target: Target): void {
    this.#kernel.exit(this.#alive(target, 'kill'), 'kill')
  }

  stop(target: Target): void {
    const pid = this.#alive(target, 'stop')
    signalAs(this.#kernel.trace.parentOf(pid) ?? pid, pid, 'shutdown')
  }

  crashInHandler(target: Target, options: MessageSelection & CrashOptions = {}): Fault {
    return this.#crash('crashInHandler', target, options, 'handler', 'a handler of')
  }

  killInHandler(target: Target, options: MessageSelection = {}): Fault {
    return this.#process('killInHandler', target, options, 'handler', () => ({ what: 'kill' }))
  }

  /** Makes the handler wait for ever. */
  hangInHandler(target: Target, options: MessageSelection = {}): Fault {
    return this.#process('hangInHandler', target, options, 'handler', () => ({ what: 'hang' }))
  }

  crashInInit(target: Target, options: CrashOptions = {}): Fault {
    return this.#crash('crashInInit', target, options, 'start', 'the init of')
  }

  killInInit(target: Target, options: InstanceTurns = {}): Fault {
    return this.#process('killInInit', target, options, 'start', () => ({ what: 'kill' }))
  }

  hangInInit(target: Target, options: InstanceTurns = {}): Fault {
    return this.#process('hangInInit', target, options, 'start', () => ({ what: 'hang' }))
  }

  crashInRestart(target: Target, options: CrashOptions = {}): Fault {
    return this.#crash('crashInRestart', target, options, 'restart', 'the init of')
  }

  killInRestart(target: Target, options: InstanceTurns = {}): Fault {
    return this.#process('killInRestart', target, options, 'restart', () => ({ what: 'kill' }))
  }

  crashInTerminate(target: Target, options: CrashOptions = {}): Fault {
    const effect = (name: string) => {
      const thrown = this.#own(injected(options.error, `the terminate of ${name}`))
      return { what: 'crash in terminate', thrown } as const
    }
    return this.#process('crashInTerminate', target, options, 'start', effect)
  }

  hangInTerminate(target: Target, options: InstanceTurns = {}): Fault {
    return this.#process('hangInTerminate', target, options, 'start', () => ({ what: 'hang in terminate' }))
  }

  hangShutdown(target: Target, options: InstanceTurns = {}): Fault {
    return this.#process('hangShutdown', target, options, 'start', () => ({ what: 'hang shutdown' }))
  }

  drop(route: Route): Fault {
    return this.#message('drop', route)
  }

  duplicate(route: Route): Fault {
    return this.#message('duplicate', route)
  }

  reorder(route: Route): Fault {
    return this.#message('reorder', route)
  }

  delay(route: Route & { readonly by: number }): Fault {
    checkOptions('delay', route, ['from', 'to', 'perInstance', 'by', ...SELECTION])
    return this.#route('delay', route, { what: 'delay', by: route.by })
  }

  /** Removes all faults. */
  clear(): void {
    for (const fault of this.#all) fault.isRemoved = true
  }

  // In a simulation each time-out is a choice, dependencies are `sim.fake`, and what runs isolated runs here.

  timeOut(): never {
    throw this.#refused('timeOut')
  }

  dependency(): never {
    throw this.#refused('dependency')
  }

  failCall(): never {
    throw this.#refused('failCall')
  }

  chaos(): never {
    throw this.#refused('chaos')
  }

  block(): never {
    throw this.#refused('block')
  }

  exhaustHeap(): never {
    throw this.#refused('exhaustHeap')
  }

  severCarrier(): never {
    throw this.#refused('severCarrier')
  }

  // What follows is for the run.

  /** Whether a reason is what a fault threw. @internal */
  isInjected(reason: unknown): boolean {
    if (reason instanceof InjectedFault) return true
    return typeof reason === 'object' && reason !== null && this.#thrown.has(reason)
  }

  /** What could go wrong in the steps that could come next, where that is the schedule's to decide. @internal */
  choices(steps: readonly NextStep[]): FaultStep[] {
    if (this.#all.length === 0) return []
    return this.#kernel.unnoticed(() =>
      this.#all.flatMap((fault) => (fault.nth === undefined ? this.#stepsOf(fault, steps) : [])),
    )
  }

  /** A step is about to be made; a fault that strikes in it in any schedule makes it another. @internal */
  decided(step: NextStep): FaultStep | undefined {
    if (this.#all.length === 0 || step instanceof FaultStep) return undefined
    return this.#kernel.unnoticed(() => {
      const stride = strideOf(step)
      if (stride?.actor.kernel !== this.#kernel) return undefined
      const due = this.#all.filter((fault) => fault.fits(stride) && fault.passes(stride))
      const [fault] = due
      return fault && this.#step(step, stride, fault, 0)
    })
  }

  #stepsOf(fault: SimulatedFault, steps: readonly NextStep[]): FaultStep[] {
    const found: FaultStep[] = []
    for (const step of steps) {
      const stride = strideOf(step)
      if (stride?.actor.kernel === this.#kernel && fault.fits(stride))
        found.push(this.#step(step, stride, fault, found.length))
    }
    return found
  }

  #step(step: NextStep, stride: Stride, fault: SimulatedFault, place: number): FaultStep {
    const kernel = this.#kernel
    const strike = (): void =>
      applyFault(
        kernel,
        step,
        kernel.unnoticed(() => fault.effect(stride)),
      )
    return new FaultStep(step, fault, place, strike, stride.actor.pid)
  }

  #crash(action: string, target: Target, options: CrashOptions, point: FaultPoint, where: string): Fault {
    return this.#process(
      action,
      target,
      options,
      point,
      (name) => ({ what: 'crash', thrown: this.#own(injected(options.error, `${where} ${name}`)) }),
      ['error'],
    )
  }

  #process(
    action: string,
    target: Target,
    options: MessageSelection,
    point: FaultPoint,
    effect: SimulatedFaultOptions['effect'],
    more: readonly string[] = ['error'],
  ): Fault {
    checkOptions(action, options, ['perInstance', ...(point === 'handler' ? SELECTION : []), ...more])
    checkHandler(target, options.handler, action, [CONTINUE])
    const to = this.#aim(target, action)
    return this.#install({ ...options, point, effect, text: `${action} of ${to}`, to })
  }

  #message(mishap: Mishap, route: Route): Fault {
    checkOptions(mishap, route, ['from', 'to', 'perInstance', ...SELECTION])
    return this.#route(mishap, route, { what: mishap })
  }

  #route(
    mishap: string,
    { from, to, ...selection }: Route,
    effect: ReturnType<SimulatedFaultOptions['effect']>,
  ): Fault {
    checkHandler(to, selection.handler, mishap)
    const source = from === undefined ? undefined : this.#aim(from, mishap)
    const goal = to === undefined ? undefined : this.#aim(to, mishap)
    const way = `${source === undefined ? '' : ` from ${source}`}${goal === undefined ? '' : ` to ${goal}`}`
    const text = `${mishap}${way}`
    return this.#install({
      ...selection,
      point: 'message',
      effect: () => effect,
      text,
      from: source,
      to: goal,
    })
  }

  #install(options: SimulatedFaultOptions): Fault {
    const fault = new SimulatedFault(this.#kernel, this.#kernel.shared.nextFault(), options)
    this.#all.push(fault)
    return {
      get struck() {
        return fault.struck
      },
      remove: () => {
        fault.isRemoved = true
      },
    }
  }

  #aim(target: Target, action: string): Aim {
    return this.#kernel.unnoticed(() => new Aim(this.#kernel, target, action))
  }

  #alive(target: Target, action: string) {
    const { pid } = new Aim(this.#kernel, target, action)
    demand(pid !== undefined && this.#kernel.isAlive(pid), action, 'target', target, 'a process that lives')
    return pid
  }

  #own<T>(error: T): T {
    if (typeof error === 'object' && error !== null) this.#thrown.add(error)
    return error
  }

  #refused(method: string): Error {
    return testingError('TEST_IN_SIMULATION', { action: `faults().${method}()` })
  }
}
