import { type ActorRef, createActor, fromTransition, type Snapshot } from 'xstate'
import { began, cost, type Sample } from '../../harness/sample.js'

interface Ball {
  readonly type: 'ball'
  readonly left: number
  readonly from: ActorRef<Snapshot<unknown>, Ball>
}

export async function work(size: number): Promise<Sample> {
  let landed: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    landed = resolve
  })
  const player = fromTransition((hops: number, { type, left, from }: Ball, { self }): number => {
    // xstate hands its own event of the stop to the transition as well.
    if (type !== 'ball') return hops
    if (left === 0) {
      landed()
      return hops
    }
    from.send({ type: 'ball', left: left - 1, from: self as Ball['from'] })
    return hops + 1
  }, 0)
  const [one, other] = [createActor(player).start(), createActor(player).start()]
  const start = began()
  one.send({ type: 'ball', left: size, from: other as Ball['from'] })
  await done
  const spent = cost(start, size)
  const counted = one.getSnapshot().context + other.getSnapshot().context
  one.stop()
  other.stop()
  return { counted, ...spent }
}
