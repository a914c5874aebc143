/** Waits until nothing is ready to run: tests do this before they look, and before time moves. */
import { type Pid, type Suspension, turnOfLoop } from '../../kernel/index.js'
import { watchHiddenRequests } from './file-requests.js'
import { machine, underWay } from './real-work.js'

/** The turns of the event loop for code that awaits something of its own, while nothing else happens. */
const PATIENCE = 100
/** The real milliseconds for Node's work for such code: a file, the work of a thread, one turn of its loop after the other. */
const LIMIT = 4_000
/** The real milliseconds for processes that keep each other busy: they may have much to do. */
const LIMIT_OF_WORK = 60_000

/** What was still in progress when the time was up. */
export interface Unrest {
  /** The handlers that await something of their own. */
  readonly waiting: readonly Pid[]
  /** Node's work in progress, by Node's names. */
  readonly underWay: readonly string[]
  /** The limit in real milliseconds. */
  readonly limit: number
}

/** The handlers that continue asynchronously. Those that await something other than the kernel get time for it. */
export class Suspended {
  readonly #all = new Map<() => Suspension, Pid>()

  constructor() {
    watchHiddenRequests()
  }

  add(suspension: () => Suspension, pid: Pid): void {
    this.#all.set(suspension, pid)
  }

  /** The handlers that wait for something that does not belong to the kernel. */
  get elsewhere(): Pid[] {
    const found: Pid[] = []
    for (const [suspension, pid] of this.#all) {
      const state = suspension()
      if (state === 'over') this.#all.delete(suspension)
      else if (state === 'elsewhere') found.push(pid)
    }
    return found
  }

  /**
   * Resolves when nothing is ready to run: no process, no promise of a handler that was about to settle.
   *
   * @param idle whether no process is ready
   * @param progress grows with all that happens
   * @returns what is left, when it was not to be waited for any longer
   */
  async quiet(idle: () => boolean, progress: () => number): Promise<Unrest | undefined> {
    const since = machine.now()
    const waitsSince = (start: number, limit: number): boolean => machine.now() - start > limit
    let seen = progress()
    let changed = since
    let still = 0
    for (;;) {
      await turnOfLoop()
      if (progress() !== seen) {
        seen = progress()
        changed = machine.now()
        still = 0
      }
      if (!idle()) {
        if (waitsSince(since, LIMIT_OF_WORK)) return this.#unrest(LIMIT_OF_WORK)
        continue
      }
      if (this.elsewhere.length === 0) return undefined
      if (underWay().length > 0) {
        still = 0
        if (waitsSince(changed, LIMIT)) return this.#unrest(LIMIT)
      } else if (++still > PATIENCE) return undefined
    }
  }

  #unrest(limit: number): Unrest {
    return { waiting: this.elsewhere, underWay: underWay(), limit }
  }
}
