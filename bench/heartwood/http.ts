import { fastify } from 'fastify'
import { disown, own, startLink } from 'heartwood'
import { loaded } from '../harness/http-load.js'
import type { Sample } from '../harness/sample.js'
import { Cell, pidOf, stopAll } from './servers.js'

/** The server belongs to this process, as the web worker of an application owns its own. */
export async function work(size: number): Promise<Sample> {
  const cell = await startLink(Cell, 0)
  const app = own(fastify())
  app.get('/add', async () => ({ value: await cell.call.add(1) }))
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const sample = await loaded(address, size)
  disown(app)
  await app.close()
  stopAll([pidOf(cell)])
  return sample
}
