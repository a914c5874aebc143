import { Call, GenServer, Info, self, sendAfter, sleep, spawn, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

const WINDOW = 10

/** Lets one through in each window of 10 ms. */
@GenServer()
class Limiter {
  #permits = 1
  #filledAt = Date.now()
  #careful = false

  init({ careful }: { careful: boolean }): void {
    this.#careful = careful
    sendAfter(WINDOW, self(), 'window')
  }

  @Call() enter(): boolean {
    // The timer may be late.
    this.#fillWhenDue()
    if (this.#permits === 0) return false
    this.#permits--
    return true
  }

  @Info('window') onWindow(): void {
    if (this.#careful) this.#fillWhenDue()
    else this.#fill()
    sendAfter(WINDOW, self(), 'window')
  }

  #fillWhenDue(): void {
    if (Date.now() - this.#filledAt >= WINDOW) this.#fill()
  }

  #fill(): void {
    this.#permits = 1
    this.#filledAt = Date.now()
  }
}

async function enteredInOneWindow(careful: boolean): Promise<number> {
  const limiter = await start(Limiter, { careful })
  let entered = 0
  const guest = async (): Promise<void> => {
    await sleep(WINDOW)
    if (await limiter.call.enter()) entered++
  }
  spawn(guest, { label: 'early' })
  spawn(guest, { label: 'late' })
  await sleep(WINDOW + 5)
  return entered
}

export const refilledTwice: Bug = {
  name: 'rate limit refilled twice',
  story:
    'A guest comes when the window is over but its timer is late, and gets a new permit; then the timer gives another.',
  options: { globals: true },

  async broken() {
    expectSame(await enteredInOneWindow(false), 1)
  },

  async fixed() {
    expectSame(await enteredInOneWindow(true), 1)
  },
}
