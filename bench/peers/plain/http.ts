import { fastify } from 'fastify'
import { loaded } from '../../harness/http-load.js'
import type { Sample } from '../../harness/sample.js'

class Cell {
  #value = 0

  async add(by: number): Promise<number> {
    this.#value += by
    return this.#value
  }
}

export async function work(size: number): Promise<Sample> {
  const cell = new Cell()
  const app = fastify()
  app.get('/add', async () => ({ value: await cell.add(1) }))
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const sample = await loaded(address, size)
  await app.close()
  return sample
}
