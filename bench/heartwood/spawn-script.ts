import { send, spawn } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { counted, counter } from './servers.js'
import { inTurns } from './turns.js'

export async function work(size: number): Promise<Sample> {
  const pid = await counter(size)
  const start = began()
  await inTurns(size, () => {
    spawn(() => send(pid, 'up'))
  })
  return perOperation(start, await counted())
}
