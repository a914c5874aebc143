import type { Ref } from 'nact'
import { began, cost, type Sample } from '../../harness/sample.js'
import { dispatch, spawn, stop, system } from './system.js'

/** An actor is there when `spawn` returns; that each is, the answers show afterwards. */
export async function work(size: number): Promise<Sample> {
  let answered = 0
  const count = (value: number): number => {
    answered++
    return value
  }
  const actors: Ref<unknown>[] = []
  const start = began()
  for (let i = 0; i < size; i++) actors.push(spawn(system, count, `cell-${i}`, { initialState: i }))
  const spent = cost(start, size)
  for (const actor of actors) dispatch(actor, 'are you there?')
  await new Promise((resolve) => setImmediate(resolve))
  for (const actor of actors) stop(actor)
  await new Promise((resolve) => setImmediate(resolve))
  return { counted: answered, ...spent }
}
