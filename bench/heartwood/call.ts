import { startLink } from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'
import { Cell, pidOf, stopAll } from './servers.js'

export async function work(size: number): Promise<Sample> {
  const cell = await startLink(Cell, 0)
  const start = began()
  for (let i = 0; i < size; i++) await cell.call.add(1)
  const spent = cost(start, size)
  const counted = await cell.call.value()
  stopAll([pidOf(cell)])
  return { counted, ...spent }
}
