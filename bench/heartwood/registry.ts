import { self, UniqueRegistry } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { stopAll } from './servers.js'

const KEYS = 10_000

export async function work(size: number): Promise<Sample> {
  const registry = new UniqueRegistry<string, number>('bench registry')
  const pid = await registry.startLink()
  const keys = Array.from({ length: KEYS }, (_, at) => `key ${at}`)
  keys.forEach((key, at) => {
    registry.register(key, at)
  })
  const me = self()
  const start = began()
  let found = 0
  for (let i = 0; i < size; i++) {
    if (registry.lookup(keys[i % KEYS] as string)?.pid === me) found++
  }
  const sample = perOperation(start, found)
  stopAll([pid])
  return sample
}
