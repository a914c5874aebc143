import { availableParallelism } from 'node:os'
import { Call, GenServer, partition, ref, startPartitionSupervisor, stop } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'

const BELOW = 20_000
const PRIMES = 2_262

@GenServer({ isolate: 'thread', module: import.meta.url })
export class Primes {
  /** How many there are, by trial: work that no engine removes. */
  @Call() below(most: number): number {
    let found = 0
    for (let n = 2; n < most; n++) {
      let at = 2
      while (at * at <= n && n % at !== 0) at++
      if (at * at > n) found++
    }
    return found
  }
}

/** So many calls of each thread, which compiles for itself, before anything is measured. */
const WARM = 30

export async function work(size: number): Promise<Sample> {
  const cores = availableParallelism()
  await startPartitionSupervisor({ child: Primes, partitions: cores }, { name: 'primes' })
  await asked(cores * WARM)
  const start = began()
  const counted = await asked(size)
  const sample = perOperation(start, counted)
  await stop('primes')
  return sample
}

/** Calls all at once. @returns how many answers were right */
async function asked(times: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: times }, (_, at) =>
      ref(Primes, partition('primes', at)).with({ timeout: 60_000 }).call.below(BELOW),
    ),
  )
  return answers.filter((found) => found === PRIMES).length
}
