/** What hangs by faults of a test. */
import type { Pid } from '../../kernel/index.js'
import type { VirtualTimers } from '../time/virtual-timer-queue.js'
import type { VirtualKernel } from '../watched-kernel.js'

/** Milliseconds of virtual time that one has when its test ends: longer than a supervisor waits that does not wait for ever. */
const LONGEST_AT_END = 60_000

interface Hang {
  /** Whose fault it is. */
  readonly fault: object
  /** Undefined for code of no process. */
  readonly pid: Pid | undefined
  /** In words: `in the init`. */
  readonly where: string
  /** Lets it go on. */
  goOn(): void
}

/**
 * A process that hangs by a fault goes on when that is taken back, and is killed when the test ends, at the latest: whoever waits for its
 * init, or for its end without a limit, would wait for ever.
 */
export class Hangs {
  readonly #kernel: VirtualKernel
  readonly #timers: VirtualTimers
  #all: readonly Hang[] = []
  /** Those that are killed when their time is up. */
  readonly #counted = new WeakSet<Hang>()

  constructor(kernel: VirtualKernel, timers: VirtualTimers) {
    this.#kernel = kernel
    this.#timers = timers
  }

  /** @returns what notes that it hangs no more */
  begin(hang: Hang): () => void {
    this.#all = [...this.#all, hang]
    return () => this.#drop((each) => each === hang)
  }

  /** A fault is taken back. */
  goOn(fault: object): void {
    const free = this.#drop((each) => each.fault === fault)
    for (const { pid, goOn } of free) if (pid === undefined || this.#kernel.isAlive(pid)) goOn()
  }

  ended(pid: Pid): void {
    if (this.#all.length > 0) this.#drop((each) => each.pid === pid)
  }

  /** None of them goes on any more. */
  forget(): void {
    this.#all = []
  }

  /**
   * The test ends, and somebody waits: those in their init are killed, which nobody but the test could end; others have as long as a
   * supervisor would give them.
   *
   * @returns whether any was
   */
  cut(): boolean {
    let hasCut = false
    for (const hang of this.#all) {
      const { pid } = hang
      // The test itself is ended by its kernel.
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

  /** In words, for a test that waits in vain. */
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
