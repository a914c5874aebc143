import { receive, self, send, spawnLink, startLink } from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'
import { Cell, pidOf, stopAll } from './servers.js'

/** As many callers as there may be calls at a time. */
const CALLERS = 1_000

export async function work(size: number): Promise<Sample> {
  const callers = Math.min(CALLERS, size)
  const cell = await startLink(Cell, 0)
  const main = self()
  const start = began()
  for (let i = 0; i < callers; i++) {
    spawnLink(async () => {
      for (let left = Math.floor(size / callers); left > 0; left--) await cell.call.add(1)
      send(main, 'done')
    })
  }
  for (let i = 0; i < callers; i++) await receive('done')
  const spent = cost(start, size)
  const counted = await cell.call.value()
  stopAll([pidOf(cell)])
  return { counted, ...spent }
}
