import { self, startLink } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { Cell, counted, pidOf, stopAll } from './servers.js'
import { inTurns } from './turns.js'

export async function work(size: number): Promise<Sample> {
  const cell = await startLink(Cell, 0)
  const main = self()
  const start = began()
  await inTurns(size, () => cell.cast.expect(1, size, main))
  const sample = perOperation(start, await counted())
  stopAll([pidOf(cell)])
  return sample
}
