import type { VirtualClock } from '../../kernel/index.js'
import { testingError } from '../errors.js'
import { areFaked, installFakeTimers, timesOfOthers } from './fake-global-timers.js'

/** Whether a test kernel has Node's timers and clocks on its own clock, and whether another library took them meanwhile. */
export class HeldTimers {
  #holding = false
  /** What another library has taken, when that was first seen. */
  #taken: readonly string[] = []

  /**
   * @returns what gives them back; undefined where they are held already
   * @throws TEST_TIMERS_FAKED when another library holds them, or another test
   */
  take(clock: VirtualClock, isMeant: () => boolean): Disposable | undefined {
    if (this.#holding) return undefined
    const names = areFaked() ? ['setTimeout and the rest'] : timesOfOthers()
    if (names.length > 0) {
      const held = `take ${names.join(', ')}, which another library holds already`
      throw testingError('TEST_TIMERS_FAKED', { names, held })
    }
    this.#holding = true
    return installFakeTimers(clock, isMeant)
  }

  /** Looks who has Node's time: whoever takes it may have given it back when the test ends. */
  notice(): void {
    if (this.#holding && this.#taken.length === 0) this.#taken = timesOfOthers()
  }

  /** @throws TEST_TIMERS_FAKED */
  check(): void {
    this.notice()
    if (this.#taken.length === 0) return
    const held = `keep ${this.#taken.join(', ')}, which another library has taken since`
    throw testingError('TEST_TIMERS_FAKED', { names: this.#taken, held })
  }

  /** The test is over: what happens to Node's time from now on is nobody's business here. */
  end(): void {
    this.#taken = []
    this.#holding = false
  }
}
