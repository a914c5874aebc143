import type { Pid } from './pid.js'

/** The ancestors of a process, the nearest first; siblings share the object. */
export interface Ancestry {
  readonly nearest: Pid | string
  readonly further: Ancestry | undefined
}

/** A process that has children. */
interface Spawner {
  readonly pid: Pid
  readonly name: string | undefined
  readonly ancestry: Ancestry | undefined
  /** The ancestry of its last children. */
  offspring: Ancestry | undefined
}

/** The ancestry for the children of `spawner`: one object for all of them, as long as its name does not change. */
export function ancestryUnder(spawner: Spawner): Ancestry {
  const nearest = spawner.name ?? spawner.pid
  const { offspring } = spawner
  if (offspring?.nearest === nearest) return offspring
  spawner.offspring = { nearest, further: spawner.ancestry }
  return spawner.offspring
}
