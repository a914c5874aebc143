/** One wait of a test. It decides what comes next when nothing is ready: the work of the machine, or the next timer. */
import { isolatesOf } from '../../isolation/index.js'
import { type Kernel, turnOfLoop } from '../../kernel/index.js'
import type { VirtualKernel } from '../watched-kernel.js'
import type { Suspended } from './idle-check.js'
import { machine, moment, openedSince, programs, underWay } from './real-work.js'

/** The real milliseconds that a test waits for the machine when nothing else is left: less than vitest gives a test. */
export const MACHINE_TIME = 4_000
/** The same while virtual time could move instead. */
const MACHINE_TIME_BEFORE_TIMERS = 2_000

/** The same while an isolated server is started or ended, which on a busy machine takes seconds, and comes to an end by itself. */
const TIME_OF_ISOLATES = 30_000

/** The turns of the event loop between two requests of one task: Node's promises of files need some. */
const GAP = 10
/** The same if the test would fail otherwise; and the real milliseconds for work that Node does not list after them. */
const LAST_GAP = 100
const GRACE = 250
/** The same for handlers that await a connection or one of Node's timers, before virtual time moves. */
const GRACE_OF_HANDLERS = 1_000

const ISOLATED = 'an isolated server'

/** Resolves when no thread or program of a kernel is left after all its processes have ended, or when the time for that is up. */
export async function isolatesGone(kernel: Kernel): Promise<void> {
  const end = machine.now() + MACHINE_TIME
  while (isolatesOf(kernel).length > 0 && machine.now() < end) await moment(1)
}

/** The kernel of a test that waits for the machine. */
interface WaitingKernel extends VirtualKernel {
  /** Whether the test is over. */
  readonly isOver: boolean
  readonly suspended: Suspended
  /** What kept Node running before the test. */
  readonly activeBefore: ReadonlyMap<string, number>
}

export class MachineWait {
  readonly #kernel: WaitingKernel
  /** The limit in real milliseconds. */
  readonly limit: number
  /** The same for work that Node does not list. */
  readonly #grace: number
  #spent = 0
  #gap = GAP
  /** The rest of the grace for handlers that wait for a connection or for Node's timers, while time could move. */
  #graceBeforeTimers: number
  /** The work that was still in progress when the time was up. */
  unfinished: readonly string[] = []

  constructor(kernel: WaitingKernel, limit?: number) {
    this.#kernel = kernel
    this.limit = limit ?? MACHINE_TIME
    this.#grace = limit ?? GRACE
    this.#graceBeforeTimers = limit ?? GRACE_OF_HANDLERS
  }

  /**
   * Lets the machine finish what it does for the test, or else moves time to the next timer.
   *
   * @param until the virtual time up to which it may move
   * @param isOver looked at after each turn of the event loop
   * @returns false when nothing is left that could happen
   */
  async goOn(until: number, isOver = () => false): Promise<boolean> {
    if (this.#kernel.isOver) return false
    const { clock, scheduler, trace } = this.#kernel
    const seen = trace.count
    const cameAbout = (): boolean =>
      isOver() || this.#kernel.isOver || trace.count !== seen || !scheduler.idle
    const { next } = clock
    if (await this.#helps(next !== undefined && next <= until, cameAbout)) return true
    // What happened meanwhile may be what is waited for, and may have cancelled the timer to which time was to move.
    await this.#kernel.settled()
    return cameAbout() || (await clock.jump(until)) || cameAbout()
  }

  /**
   * Waits for the work of the machine. Returns false if there is none, or it was not done in time.
   *
   * @param couldMove whether virtual time could move instead
   */
  async #helps(couldMove: boolean, cameAbout: () => boolean): Promise<boolean> {
    const limit = couldMove ? Math.min(this.limit, MACHINE_TIME_BEFORE_TIMERS) : this.limit
    const { activeBefore } = this.#kernel
    const soon = (): string[] => [
      ...underWay(),
      ...this.#isolates('isUnderWay'),
      ...this.#isolates('isAsked'),
    ]
    const work = couldMove ? soon : () => [...soon(), ...programs(), ...openedSince(activeBefore)]
    const gap = couldMove ? this.#gap : LAST_GAP
    const since = machine.now() - this.#spent
    let hasWaited = false
    let idle = 0
    let idleSince = 0
    for (;;) {
      const names = work()
      if (names.length > 0) {
        idle = 0
        hasWaited = true
        this.unfinished = names
        const isLong = limit >= MACHINE_TIME_BEFORE_TIMERS && this.#isolates('isUnderWay').length > 0
        if (machine.now() - since >= (isLong ? TIME_OF_ISOLATES : limit)) return false
      } else if (++idle > gap) {
        if (idle === gap + 1) idleSince = machine.now()
        if (machine.now() - idleSince >= (couldMove ? this.#graceOfHandlers : this.#grace)) break
      }
      // A thread that is started needs the processor itself.
      await (idle > gap || names.some((name) => name.startsWith(ISOLATED)) ? moment(1) : turnOfLoop())
      this.#spent = machine.now() - since
      if (cameAbout()) return true
    }
    if (idle > gap + 1) this.#graceBeforeTimers = 0
    this.#gap = hasWaited ? GAP : 0
    this.unfinished = []
    return hasWaited
  }

  /** Returns the threads and programs that will send something: they live in the time of the machine. */
  #isolates(which: 'isUnderWay' | 'isAsked'): string[] {
    const found = isolatesOf(this.#kernel).filter((isolate) => isolate[which])
    return found.map(({ node }) => `${ISOLATED} (${node})`)
  }

  /** The real milliseconds, before time moves, for handlers that await something of Node that may never come: a connection or a timer. */
  get #graceOfHandlers(): number {
    const { suspended, activeBefore } = this.#kernel
    const mayGoOn = suspended.elsewhere.length > 0 && openedSince(activeBefore).length > 0
    return mayGoOn ? this.#graceBeforeTimers : 0
  }
}
