import { began, cost, type Sample } from '../../harness/sample.js'
import { adder } from './calls.js'
import { stop } from './system.js'

const CALLERS = 1_000

export async function work(size: number): Promise<Sample> {
  const { actor, add } = adder('adder')
  const callers = Math.min(CALLERS, size)
  const caller = async (): Promise<void> => {
    for (let left = Math.floor(size / callers); left > 0; left--) await add(1)
  }
  const start = began()
  await Promise.all(Array.from({ length: callers }, caller))
  const spent = cost(start, size)
  const counted = await add(0)
  stop(actor)
  return { counted, ...spent }
}
