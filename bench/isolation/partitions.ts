/** Work that keeps a core busy, over one partition and over two. */
import { partition, ref, startPartitionSupervisor, stop } from 'heartwood'
import { median } from '../harness/statistics.js'
import { now } from './clock.js'
import { Worker } from './worker.js'

const ROUNDS = 7
const BELOW = 20_000

export async function partitions(tasks: number): Promise<void> {
  const took = new Map<number, number[]>([1, 2].map((count) => [count, []]))
  for (const count of took.keys()) {
    await startPartitionSupervisor({ child: Worker, partitions: count }, { name: `workers-${count}` })
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [count, times] of took) {
      const began = now()
      await Promise.all(
        Array.from({ length: tasks }, (_, at) =>
          ref(Worker, partition(`workers-${count}`, at))
            .with({ timeout: 60_000 })
            .call.primes(BELOW),
        ),
      )
      times.push(now() - began)
    }
  }
  const [one, two] = [...took.values()].map((times) => median(times.slice(1)))
  if (one === undefined || two === undefined) return
  console.log(`${tasks} tasks that keep a core busy, medians of ${ROUNDS - 1} rounds`)
  console.log(
    `  over one partition ${one.toFixed(0)} ms, over two ${two.toFixed(0)} ms: ${(one / two).toFixed(2)}×`,
  )
  for (const count of took.keys()) await stop(`workers-${count}`)
}
