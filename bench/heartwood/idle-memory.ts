import { currentKernel, type Pid } from 'heartwood'
import type { Sample } from '../harness/sample.js'
import { stopAll } from './servers.js'

/** What idle processes cost: in the heap after a collection, and of the machine's memory. */
export async function grown(size: number, start: (at: number) => Promise<Pid> | Pid): Promise<Sample> {
  const pids = new Array<Pid | undefined>(size).fill(undefined)
  const { processCount } = currentKernel()
  const before = await used()
  for (let i = 0; i < size; i++) pids[i] = await start(i)
  const after = await used()
  const counted = currentKernel().processCount - processCount
  stopAll(pids.filter((pid) => pid !== undefined))
  return {
    counted,
    value: (after.heap - before.heap) / size,
    extra: { resident: (after.resident - before.resident) / size },
  }
}

async function used(): Promise<{ heap: number; resident: number }> {
  // What has died in the young generation is given back by the second collection.
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc?.()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
