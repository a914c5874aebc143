import { began, cost, type Sample } from '../../harness/sample.js'
import { adder } from './calls.js'
import { stop } from './system.js'

export async function work(size: number): Promise<Sample> {
  const { actor, add } = adder('adder')
  const start = began()
  for (let i = 0; i < size; i++) await add(1)
  const spent = cost(start, size)
  const counted = await add(0)
  stop(actor)
  return { counted, ...spent }
}
