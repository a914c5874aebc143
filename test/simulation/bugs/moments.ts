import type { Simulation } from 'heartwood/testing'

/** Lets some time go by, as far as the default order of steps is concerned: another order may well be faster. */
export async function moments(sim: Simulation, count: number): Promise<void> {
  for (let moment = 0; moment < count; moment++) await sim.pause()
}
