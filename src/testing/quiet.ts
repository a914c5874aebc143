/** When is all quiet? What tests wait for before they look, and before time moves. */
import type { Suspension } from '../kernel/index.js'
import { watchHiddenRequests } from './hidden-requests.js'
import { isWorking, machine, turn } from './machine.js'

/** Turns of the event loop that code which awaits something of its own gets, while nothing else happens. */
const PATIENCE = 100
/** The same while Node is busy for somebody, in real milliseconds: with a file, a connection, the work of a thread. */
const PATIENCE_FOR_IO = 2_000

/** Handlers that go on asynchronously: those that await something other than the kernel are given the time for it. */
export class Suspended {
  readonly #all = new Set<() => Suspension>()

  constructor() {
    watchHiddenRequests()
  }

  add(suspension: () => Suspension): void {
    this.#all.add(suspension)
  }

  /** Whether a handler waits for something that is none of the kernel's. */
  get elsewhere(): boolean {
    let found = false
    for (const suspension of this.#all) {
      const state = suspension()
      if (state === 'over') this.#all.delete(suspension)
      else if (state === 'elsewhere') found = true
    }
    return found
  }

  /**
   * Resolves when nothing is ready to run: no process, no promise of a handler that was about to settle.
   *
   * @param idle whether no process is ready
   * @param progress grows with all that happens
   */
  async quiet(idle: () => boolean, progress: () => number): Promise<void> {
    let seen = progress()
    let since = 0
    for (let turns = 0; ; turns++) {
      await turn()
      if (progress() !== seen) {
        seen = progress()
        turns = 0
      }
      if (!idle()) continue
      if (!this.elsewhere) return
      if (turns < PATIENCE) continue
      if (turns === PATIENCE) since = machine.now()
      if (!isWorking() || machine.now() - since > PATIENCE_FOR_IO) return
    }
  }
}
