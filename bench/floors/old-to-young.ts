import { atRest, cost, mark, type Sample } from '../harness/sample.js'
import { inContext } from './context.js'
import { type Block, record } from './record.js'

/** As in the scenario: so many are spoken to, spread evenly, so often, and the best of so many tries counts. */
const SPOKEN_TO = 1_000
const TIMES = 5
const TRIES = 20

/** A message written into old records, all of them before the first is taken out and counted. */
export function work(size: number): Promise<Sample> {
  return inContext(async () => {
    const all: Block[] = []
    const costs: number[] = []
    const extra: Record<string, number> = {}
    for (let population = Math.min(1_000, size); population <= size; population *= 10) {
      while (all.length < population) all.push(record(0))
      const every = Math.max(1, Math.floor(population / SPOKEN_TO))
      const spoken = all.filter((_, at) => at % every === 0)
      await atRest()
      const least = best(() => sending(spoken))
      costs.push(least)
      extra[`send ${population}`] = least
    }
    return { counted: all.length, value: Math.max(...costs) / Math.min(...costs), extra }
  })
}

function best(measure: () => number): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < TRIES; i++) least = Math.min(least, measure())
  return least
}

function sending(spoken: readonly Block[]): number {
  const start = mark()
  for (let i = 0; i < TIMES; i++) for (const block of spoken) block.first = { before: block.first, by: 1 }
  for (const block of spoken) {
    for (let at = block.first; at !== undefined; at = (at as { before: object | undefined }).before)
      block.value += (at as { by: number }).by
    block.first = undefined
  }
  return cost(start, TIMES * spoken.length).cpu
}
