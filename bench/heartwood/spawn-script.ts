import { send, spawn } from 'heartwood'
import { beganInCleanHeap, perOperation, type Sample } from '../harness/sample.js'
import { counted, counter } from './servers.js'
import { inTurns } from './turns.js'

export async function work(size: number): Promise<Sample> {
  const pid = await counter(size)
  const start = beganInCleanHeap()
  await inTurns(size, () => {
    spawn(() => send(pid, 'up'))
  })
  return perOperation(start, await counted())
}
