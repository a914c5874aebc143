/** What a task costs does not depend on how many others there are. */
import { expect, it } from 'vitest'
import { Task } from '../../src/genserver/index.js'
import {
  currentKernel,
  FairScheduler,
  get,
  Kernel,
  type Pid,
  parentPid,
  processSummary,
} from '../../src/kernel/index.js'

const run = (body: () => unknown): Promise<unknown> => new Kernel({ report() {} }).run(body)

it('a task within a task has one caller more, and shares the others with it', () =>
  run(async () => {
    const keptHere = (): { further?: unknown } => get('$callers') as object
    await Task.async(async () => {
      const kept = keptHere()
      await Task.async(() => expect(keptHere().further).toBe(kept)).await()
    }).await()
  }))

it('a task of a stream that does not wait costs the process that keeps it one message: that it is to start', () => {
  // Its slices of time begin with the first turn of the loop, and do not end.
  const scheduler = new FairScheduler({ now: () => 0 })
  return new Kernel({ scheduler, report() {} }).run(async () => {
    await currentKernel().settled()
    const handled: number[] = []
    const work = (): void => {
      handled.push(processSummary(parentPid() as Pid)?.handled ?? 0)
    }
    for await (const _ of Task.asyncStream([1, 2, 3, 4, 5], work, { maxConcurrency: 5 }));
    expect(handled).toEqual([1, 2, 3, 4, 5])
  })
})

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
