import type { ActorContext, Ref } from 'nact'
import { began, cost, type Sample } from '../../harness/sample.js'
import { dispatch, spawn, stop, system } from './system.js'

interface Ball {
  readonly left: number
  readonly from: Ref<Ball>
}

export async function work(size: number): Promise<Sample> {
  let landed: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    landed = resolve
  })
  let counted = 0
  const player = (hops: number, { left, from }: Ball, { self }: ActorContext<Ball, Ref<never>>): number => {
    if (left === 0) {
      landed()
      return hops
    }
    counted++
    dispatch(from, { left: left - 1, from: self })
    return hops + 1
  }
  const one = spawn(system, player, 'one', { initialState: 0 })
  const other = spawn(system, player, 'other', { initialState: 0 })
  const start = began()
  dispatch(one, { left: size, from: other })
  await done
  const spent = cost(start, size)
  stop(one)
  stop(other)
  return { counted, ...spent }
}
