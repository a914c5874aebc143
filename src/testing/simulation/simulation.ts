import { currentPid, type SteppedKernel } from '../../kernel/index.js'
import { Chance } from './chance.js'
import type { SimulationTrace } from './trace.js'

/** What a simulated program is given: its chance, its pauses, and ways to say more than the kernel can see. */
export class Simulation {
  readonly #chances = new Map<number | undefined, Chance>()
  readonly #invariants: { readonly name: string; readonly holds: () => unknown }[] = []
  readonly #trace: () => SimulationTrace | undefined

  constructor(
    /** The seed of all that is random in the program. */
    readonly seed: number,
    /** The kernel that it runs in. */
    readonly kernel: SteppedKernel,
    trace: () => SimulationTrace | undefined,
  ) {
    this.#trace = trace
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

  /** One of these, by chance. */
  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T
  }

  /**
   * Stands for whatever takes a moment and is not the kernel's, such as a read from a disk: others may go on meanwhile,
   * and the current process goes on in a step of its own.
   */
  pause(): Promise<void> {
    return this.kernel.pause()
  }

  /** Waits until no other process has anything to do but wait for time to pass. */
  quiet(): Promise<void> {
    return this.kernel.quiet()
  }

  /**
   * Tells that this step looks at something, or changes it, that processes share and that is not the kernel's: a
   * variable, a file. The reduced search would otherwise take steps for independent that are not.
   */
  touch(thing: string, mode: 'read' | 'write' = 'write'): void {
    this.kernel.note(`shared ${thing}`, mode)
  }

  /** Has `holds` asked after every step: the run fails when it returns false or throws. */
  invariant(name: string, holds: () => unknown): void {
    this.#invariants.push({ name, holds })
  }

  /** Writes a remark into the trace. */
  note(text: string): void {
    this.#trace()?.note(text, currentPid())
  }

  /** The name of the first invariant that does not hold, and what it threw. Each step then matters to all others. */
  broken(): { name: string; thrown: unknown } | undefined {
    if (this.#invariants.length === 0) return undefined
    this.touch('invariants')
    for (const { name, holds } of this.#invariants) {
      try {
        if (holds() === false) return { name, thrown: undefined }
      } catch (thrown) {
        return { name, thrown }
      }
    }
    return undefined
  }
}
