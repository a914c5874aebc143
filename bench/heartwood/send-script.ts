import { receive, self, send, spawnLink } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { Counted, counted } from './servers.js'
import { inTurns } from './turns.js'

export async function work(size: number): Promise<Sample> {
  const main = self()
  const pid = spawnLink(async () => {
    for (let seen = 0; seen < size; seen++) await receive()
    send(main, new Counted(size))
  })
  const start = began()
  await inTurns(size, (at) => {
    send(pid, at)
  })
  return perOperation(start, await counted())
}
