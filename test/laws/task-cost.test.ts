/** What a task costs does not depend on how many others there are. */
import { expect, it } from 'vitest'
import { Task } from '../../src/genserver/index.js'
import { FairScheduler, get, Kernel } from '../../src/kernel/index.js'

const run = (body: () => unknown): Promise<unknown> => new Kernel({ report() {} }).run(body)

it('a task within a task has one caller more, and shares the others with it', () =>
  run(async () => {
    const keptHere = (): { further?: unknown } => get('$callers') as object
    await Task.async(async () => {
      const kept = keptHere()
      await Task.async(() => expect(keptHere().further).toBe(kept)).await()
    }).await()
  }))

it('Node has a go while a stream hands out results, of which any number may be there', () => {
  let [time, goes] = [0, 0]
  // Each look at the clock takes a millisecond.
  const scheduler = new FairScheduler({ now: () => time++ })
  return new Kernel({ scheduler, report() {} }).run(async () => {
    const go = (): void => {
      goes++
      immediate = setImmediate(go)
    }
    let immediate = setImmediate(go)
    const { promise, resolve } = promised()
    // The first holds back all others, which are there when it is done.
    const work = (index: number): unknown => (index === 0 ? promise : index === 4_999 && resolve())
    const source = Array.from({ length: 5_000 }, (_, index) => index)
    const options = { maxConcurrency: Number.POSITIVE_INFINITY, timeout: Number.POSITIVE_INFINITY }
    const seen: number[] = []
    for await (const _ of Task.asyncStream(source, work, options)) seen.push(goes)
    clearImmediate(immediate)
    expect((seen.at(-1) as number) - (seen[0] as number)).toBeGreaterThan(2)
  })
})

function promised(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
