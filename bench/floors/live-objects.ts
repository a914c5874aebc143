import { began, cost, type Sample } from '../harness/sample.js'
import { inContext } from './context.js'
import { type Block, record } from './record.js'

/** As many live bytes as started servers are, each record awaited when it is made; all are kept. */
export function work(size: number): Promise<Sample> {
  return inContext(async () => {
    const all: Block[] = []
    const start = began()
    for (let i = 0; i < size; i++) all.push(await Promise.resolve(record(i)))
    const spent = cost(start, size)
    const counted = all.filter(({ value }, at) => value === at).length
    return { counted, ...spent }
  })
}
