import { fastify } from 'fastify'
import { loaded } from '../harness/http-load.js'
import type { Sample } from '../harness/sample.js'
import { Cell } from './cell.js'
import { inContext } from './context.js'

/** The plain handler, with an answer that comes in a later microtask. */
export function work(size: number): Promise<Sample> {
  return inContext(async () => {
    const cell = new Cell()
    const now = Promise.resolve()
    const call = (by: number): Promise<number> => now.then(() => cell.add(by))
    const app = fastify()
    app.get('/add', async () => ({ value: await call(1) }))
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const sample = await loaded(address, size)
    await app.close()
    return sample
  })
}
