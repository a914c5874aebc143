import { began, perOperation, type Sample } from '../../harness/sample.js'
import { dispatch, spawn, stop, system } from './system.js'

/** Sent before others may run, as in the arm of Heartwood. */
const SHARE = 1_000

export async function work(size: number): Promise<Sample> {
  let all: (seen: number) => void = () => {}
  const done = new Promise<number>((resolve) => {
    all = resolve
  })
  const count = (seen: number, by: number): number => {
    if (seen + by === size) all(size)
    return seen + by
  }
  const actor = spawn(system, count, 'cell', { initialState: 0 })
  const start = began()
  for (let at = 0; at < size; ) {
    for (const end = Math.min(size, at + SHARE); at < end; at++) dispatch(actor, 1)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const sample = perOperation(start, await done)
  stop(actor)
  return sample
}
