import { self, startLink } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { Cell, counted, pidOf, stopAll } from './servers.js'

/** All messages are in the mailbox before the first is handled. */
export async function work(size: number): Promise<Sample> {
  const cell = await startLink(Cell, 0)
  const main = self()
  const start = began()
  for (let i = 0; i < size; i++) cell.cast.expect(1, size, main)
  const sample = perOperation(start, await counted())
  stopAll([pidOf(cell)])
  return sample
}
