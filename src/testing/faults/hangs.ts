/** The code that hangs by faults of a test. */
import type { Pid } from '../../kernel/index.js'
import type { VirtualTimers } from '../time/virtual-timer-queue.js'
import type { VirtualKernel } from '../watched-kernel.js'

/** The milliseconds of virtual time that hanging code has when its test ends: longer than any limited wait of a supervisor. */
const LONGEST_AT_END = 60_000

interface Hang {
  /** The fault that causes it. */
  readonly fault: object
  /** The process; `undefined` for code outside any process. */
  readonly pid: Pid | undefined
  /** The place as text, such as `in the init`. */
  readonly where: string
  /** Lets it continue. */
  goOn(): void
}

/**
 * A process that hangs by a fault continues when the fault is removed, and is killed at the end of the test at the latest: code that waits
 * for its init, or for its end without a limit, would wait without end.
 */
export class Hangs {
  readonly #kernel: VirtualKernel
  readonly #timers: VirtualTimers
  #all: readonly Hang[] = []
  /** The hanging processes that are killed when their time is up. */
  readonly #counted = new WeakSet<Hang>()

  constructor(kernel: VirtualKernel, timers: VirtualTimers) {
    this.#kernel = kernel
    this.#timers = timers
  }

  /**
   * Notes hanging code.
   *
   * @returns a function that notes that it does not hang any more
   */
  begin(hang: Hang): () => void {
    this.#all = [...this.#all, hang]
    return () => this.#drop((each) => each === hang)
  }

  /** Called when a fault is removed. */
  goOn(fault: object): void {
    const free = this.#drop((each) => each.fault === fault)
    for (const { pid, goOn } of free) if (pid === undefined || this.#kernel.isAlive(pid)) goOn()
  }

  ended(pid: Pid): void {
    if (this.#all.length > 0) this.#drop((each) => each.pid === pid)
  }

  /** Drops all: none of them continues any more. */
  forget(): void {
    this.#all = []
  }

  /**
   * Called when the test ends and some code waits. Processes in their init are killed, since only the test could end them; others have as
   * long as a supervisor would give them.
   *
   * @returns whether any was killed
   */
  cut(): boolean {
    let hasCut = false
    for (const hang of this.#all) {
      const { pid } = hang
      // The kernel ends the test itself.
      if (pid === undefined || this.#kernel.trace.parentOf(pid) === undefined || this.#counted.has(hang))
        continue
      this.#counted.add(hang)
      if (this.#kernel.incarnations.cameUp(pid)) {
        this.#timers.set(LONGEST_AT_END, () => {
          if (this.#all.includes(hang)) this.#kernel.exit(pid, 'kill')
        })
      } else {
        this.#kernel.exit(pid, 'kill')
        hasCut = true
      }
    }
    return hasCut
  }

  /** Returns them as text, for a test that waits in vain. */
  get told(): string {
    const told = this.#all.map(({ pid, where }) => {
      const who = pid === undefined ? 'code of the test' : `${this.#kernel.trace.nameOf(pid)} ${pid}`
      return `${who} hangs ${where}`
    })
    return told.join(', ')
  }

  #drop(isOver: (hang: Hang) => boolean): readonly Hang[] {
    const over = this.#all.filter(isOver)
    this.#all = this.#all.filter((each) => !isOver(each))
    return over
  }
}
