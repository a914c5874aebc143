import { began, perOperation, type Sample } from '../harness/sample.js'
import { inContext } from './context.js'

/** Waits for one value at a time. */
class Slot {
  #resolve: ((left: number) => void) | undefined

  wait(): Promise<number> {
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  give(left: number): void {
    this.#resolve?.(left)
  }
}

/** Two async functions that hand over by one promise a hop. */
export function work(size: number): Promise<Sample> {
  return inContext(async () => {
    const [one, other] = [new Slot(), new Slot()]
    const player = async (own: Slot, to: Slot): Promise<number> => {
      for (let hops = 0; ; hops++) {
        const left = await own.wait()
        if (left <= 0) {
          if (left === 0) to.give(-1)
          return hops
        }
        to.give(left - 1)
      }
    }
    const players = Promise.all([player(one, other), player(other, one)])
    const start = began()
    one.give(size)
    const [hops, others] = await players
    return perOperation(start, hops + others)
  })
}
