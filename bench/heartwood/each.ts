import { type Ref, startLink } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { Cell, counted, counter, pidOf, stopAll } from './servers.js'
import { inTurns } from './turns.js'

export async function work(size: number): Promise<Sample> {
  const cells: Ref<Cell>[] = []
  for (let i = 0; i < size; i++) cells.push(await startLink(Cell, i))
  const pid = await counter(size)
  const start = began()
  await inTurns(size, (at) => cells[at]?.cast.tell(pid))
  const sample = perOperation(start, await counted())
  const resident = process.memoryUsage.rss()
  stopAll(cells.map(pidOf))
  return { ...sample, extra: { resident } }
}
