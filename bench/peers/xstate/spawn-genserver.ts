import { type ActorRefFrom, createActor } from 'xstate'
import { began, cost, type Sample } from '../../harness/sample.js'
import { cell } from './cell.js'

export async function work(size: number): Promise<Sample> {
  const actors: ActorRefFrom<typeof cell>[] = []
  const start = began()
  for (let i = 0; i < size; i++) actors.push(createActor(cell, { input: i }).start())
  const spent = cost(start, size)
  const counted = actors.filter((actor) => actor.getSnapshot().status === 'active').length
  for (const actor of actors) actor.stop()
  return { counted, ...spent }
}
