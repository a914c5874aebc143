import { began, cost, type Sample } from '../../harness/sample.js'
import { adder } from './calls.js'

export async function work(size: number): Promise<Sample> {
  const { broker, add } = await adder()
  const start = began()
  for (let i = 0; i < size; i++) await add(1)
  const spent = cost(start, size)
  const counted = await add(0)
  await broker.stop()
  return { counted, ...spent }
}
