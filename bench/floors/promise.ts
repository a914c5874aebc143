import { began, cost, type Sample } from '../harness/sample.js'
import { Cell } from './cell.js'
import { inContext } from './context.js'

/** A promise for each answer, resolved by a plain method call before it is awaited. */
export function work(size: number): Promise<Sample> {
  return inContext(async () => {
    const cell = new Cell()
    const call = (by: number): Promise<number> => new Promise((resolve) => resolve(cell.add(by)))
    const start = began()
    for (let i = 0; i < size; i++) await call(1)
    const spent = cost(start, size)
    return { counted: cell.value(), ...spent }
  })
}
