import type { Sample } from '../harness/sample.js'

/** What idle actors cost in the heap, and of the machine's memory. They are kept until it is measured. */
export async function grown(size: number, start: (at: number) => unknown): Promise<Sample> {
  const kept = new Array<unknown>(size).fill(undefined)
  const before = await used()
  for (let i = 0; i < size; i++) kept[i] = start(i)
  const after = await used()
  return {
    counted: kept.filter((each) => each !== undefined).length,
    value: (after.heap - before.heap) / size,
    extra: { resident: (after.resident - before.resident) / size },
  }
}

async function used(): Promise<{ heap: number; resident: number }> {
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc?.()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
