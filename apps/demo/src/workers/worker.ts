import { Call, Cast, GenServer, Info, inject } from 'heartwood'
import { Faults } from './faults.js'

/** What a worker that was crashed on purpose exits with. */
export class InjectedCrash extends Error {
  override readonly name = 'InjectedCrash'
  constructor(where: string) {
    super(`crashed on purpose in ${where}`)
  }
}

/** The message that makes a worker crash in the handler of a timer. */
export const CRASH_TIMER = 'crash timer'

/** What all of Pulse's workers have in common: anyone may crash them, to see what happens. */
@GenServer()
export abstract class Worker {
  constructor(@inject(Faults) protected readonly faults: Faults) {}

  @Call()
  crashInCall(): void {
    throw new InjectedCrash('a call')
  }

  @Cast()
  crashInCast(): void {
    throw new InjectedCrash('a cast')
  }

  /** Goes wrong where no handler is any more that could catch it. */
  @Cast()
  crashInRejection(): void {
    void Promise.reject(new InjectedCrash('a promise that nobody waits for'))
  }

  @Info(CRASH_TIMER)
  protected onCrashTimer(): void {
    throw new InjectedCrash('a timer')
  }

  /** The first thing that every worker does in its init. */
  protected begin(name: string): void {
    if (this.faults.disarm(name)) throw new InjectedCrash('init')
  }
}
