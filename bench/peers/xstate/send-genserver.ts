import { createActor } from 'xstate'
import { began, perOperation, type Sample } from '../../harness/sample.js'
import { cell } from './cell.js'

/** An event is handled before `send` returns. */
export async function work(size: number): Promise<Sample> {
  const actor = createActor(cell, { input: 0 }).start()
  const start = began()
  for (let i = 0; i < size; i++) actor.send({ type: 'add', by: 1 })
  const sample = perOperation(start, actor.getSnapshot().context)
  actor.stop()
  return sample
}
