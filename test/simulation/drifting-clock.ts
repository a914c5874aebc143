/** A program on a plain kernel whose clock goes on a little whenever somebody looks at it: what a real one may do, by chance of a seed. */
import { inspect } from 'node:util'
import { Kernel } from 'heartwood'
import type { Alarm, Clock } from 'heartwood/kernel'
import type { Program, Simulation } from 'heartwood/testing'

/** Milliseconds that it may go on in a whole run: far below the units of the programs, so that what is due later stays later. */
const DRIFT = 400

/** It jumps to the next alarm when it is told to. */
class DriftingClock implements Clock {
  #now = 0
  #drift = DRIFT
  readonly #alarms = new Map<Alarm, number>()
  readonly #known = new Set<Alarm>()
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  now(): number {
    const by = this.#random() < 0.3 ? Math.min(this.#drift, 3 * this.#random()) : 0
    this.#drift -= by
    this.#now += by
    return this.#now
  }

  wallTime(): number {
    return this.#now
  }

  join(alarm: Alarm): void {
    this.#known.add(alarm)
  }

  setAlarm(alarm: Alarm, at: number): void {
    this.#alarms.set(alarm, at)
  }

  clearAlarm(alarm: Alarm): void {
    this.#alarms.delete(alarm)
  }

  hold(): void {}

  async jump(): Promise<void> {
    for (const alarm of this.#known) await alarm.settled()
    const [first] = [...this.#alarms].sort(([, one], [, other]) => one - other)
    if (first === undefined) throw new Error('nobody can go on, and no timer is set')
    const [alarm, at] = first
    this.#alarms.delete(alarm)
    this.#now = Math.max(this.#now, at)
    alarm.ring()
    for (const each of this.#known) await each.settled()
  }
}

/** Numbers from 0 to 1 (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What the program returns, in the words of an outcome. */
export async function outcomeOnDriftingClock(program: Program, seed: number): Promise<string> {
  const clock = new DriftingClock(chanceOf(seed))
  const kernel = new Kernel({ clock, messages: 'share', report: () => {} })
  const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
  let outcome: string | undefined
  const stub = { touch: () => {}, pause } as unknown as Simulation
  const over = kernel
    .run(() => program(stub))
    .then((value) => {
      outcome = inspect(value, { breakLength: Number.POSITIVE_INFINITY })
    })
  while (outcome === undefined) await Promise.race([clock.jump(), over])
  return outcome
}
