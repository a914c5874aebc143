import {
  currentPid,
  isList,
  isThenable,
  placeOf,
  type SteppedKernel,
  stackHere,
} from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import type { SimulationFaults } from '../faults/simulation-faults.js'
import type { Draws } from '../search/schedule.js'
import { Chance } from '../search/seeded-chance.js'
import type { SimulatedKernel } from './simulated-kernel.js'
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
  /** Its invariants are being asked, which are no process. */
  asking = false
  /** Nothing of it goes on any more. */
  isOver = false

  constructor(
    /** The seed of all that is random in the program. */
    readonly seed: number,
    /** The kernel that it runs in. */
    readonly kernel: SteppedKernel,
    trace: () => SimulationTrace | undefined,
    draws: Draws = new Map(),
  ) {
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

  /** Writes a remark into the trace. */
  note(text: string): void {
    this.#trace()?.note(text, currentPid())
  }

  /** The failure of the first invariant that does not hold. Each step then matters to all others. */
  broken(): Error | undefined {
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
}

function refused(action: string, option: string, value: unknown, expected: string): Error {
  return simulationError('SIMULATION_OPTION', { action, option, value, expected })
}
