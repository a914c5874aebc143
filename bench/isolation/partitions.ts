/** Work that keeps a core busy, over one partition and over two, and over two threads of Piscina. */
import { partition, ref, startPartitionSupervisor, stop } from 'heartwood'
import { Piscina } from 'piscina'
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
  const filename = import.meta.resolve('./piscina-task.js')
  const pool = new Piscina({ filename, minThreads: 2, maxThreads: 2, concurrentTasksPerWorker: 1 })
  const pooled: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = now()
    await Promise.all(Array.from({ length: tasks }, () => pool.run(BELOW)))
    pooled.push(now() - began)
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
  await pool.destroy()
  const piscina = median(pooled.slice(1))
  const [one, two] = [...took.values()].map((times) => median(times.slice(1)))
  if (one === undefined || two === undefined) return
  console.log(`${tasks} tasks that keep a core busy, medians of ${ROUNDS - 1} rounds`)
  console.log(
    `  over one partition ${one.toFixed(0)} ms, over two ${two.toFixed(0)} ms: ${(one / two).toFixed(2)}×`,
  )
  const rate = (ms: number): string => `${Math.round((tasks * 1_000) / ms)} tasks a second`
  console.log(`  ${rate(two)}, Piscina ${rate(piscina)}: ${(piscina / two).toFixed(2)}×`)
  for (const count of took.keys()) await stop(`workers-${count}`)
}
