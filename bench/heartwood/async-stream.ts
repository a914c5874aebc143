import { Task } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'

/** A task for each number, eight at a time, results in order. */
export async function work(size: number): Promise<Sample> {
  const numbers = Array.from({ length: size }, (_, at) => at)
  const start = began()
  let counted = 0
  for await (const result of Task.asyncStream(numbers, (n) => n + 1, { maxConcurrency: 8 })) {
    if ('ok' in result) counted++
  }
  return perOperation(start, counted)
}
