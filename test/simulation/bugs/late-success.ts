import { Call, Cast, GenServer, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Opens at a failure; an answer of an earlier time says nothing of now. */
@GenServer()
class Breaker {
  #state: 'open' | 'closed' = 'closed'
  #generation = 0

  @Call() enter(): number {
    return this.#generation
  }

  @Cast() failed(): void {
    this.#state = 'open'
    this.#generation++
  }

  @Cast() succeeded(): void {
    this.#state = 'closed'
  }

  @Cast() succeededIn(generation: number): void {
    if (generation === this.#generation) this.#state = 'closed'
  }

  @Call() state(): string {
    return this.#state
  }
}

async function isRightlyClosed(sim: Simulation, careful: boolean): Promise<boolean> {
  const breaker = await start(Breaker)
  let generation = 0
  const lucky = async (): Promise<void> => {
    generation = await breaker.call.enter()
    if (careful) breaker.cast.succeededIn(generation)
    else breaker.cast.succeeded()
  }
  const unlucky = async (): Promise<void> => {
    await moments(sim, 8)
    await breaker.call.enter()
    breaker.cast.failed()
  }
  spawn(lucky, { label: 'lucky' })
  spawn(unlucky, { label: 'unlucky' })
  await sleep(1)
  // Whoever entered after the failure may close it.
  return (await breaker.call.state()) === 'open' || generation > 0
}

export const lateSuccess: Bug = {
  name: 'late success closes a breaker',
  story:
    'A call that began before the failure succeeds after it, and closes the circuit breaker that has just opened.',

  async broken(sim) {
    expectSame(await isRightlyClosed(sim, false), true)
  },

  async fixed(sim) {
    expectSame(await isRightlyClosed(sim, true), true)
  },
}
