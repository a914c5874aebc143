/**
 * What each of many costs, among few and among many: `npm run bench:growth`. A cost that grows with the number shows as a
 * ratio of processor times, which a busy machine disturbs little; a figure that looks wrong is taken again.
 *
 *     --only TEXT   those with it in their names      --short   up to 10,000, for CI      --most N   how many at most
 */
import { parseArgs } from 'node:util'
import { Kernel } from 'heartwood'
import { PROCESSES } from './processes.js'
import { SERVERS } from './servers.js'
import type { Situation, Timed } from './situation.js'
import { TREES } from './trees.js'

const { values } = parseArgs({
  options: { only: { type: 'string' }, short: { type: 'boolean' }, most: { type: 'string' } },
})
const FEW = 100
const SOME = 1_000
const MOST = Number(values.most ?? (values.short === true ? 10_000 : 100_000))
/** Microseconds of processor time that a figure rests on, at least. */
const ENOUGH = values.short === true ? 8_000 : 20_000
/** How often a ratio that is too high is taken again, since others may have disturbed it. */
const TRIES = 3

/** Microseconds of this program. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Microseconds for each of `count`. */
async function costOfEach({ run }: Situation, count: number): Promise<number> {
  let [spent, done] = [0, 0]
  const timed: Timed = async (act) => {
    const before = processorTime()
    const result = await act()
    spent += processorTime() - before
    return result
  }
  for (let rounds = 0; spent < ENOUGH && rounds < 100; rounds++) {
    globalThis.gc?.()
    // Its own, since what one leaves is not the next one's business.
    await new Kernel({ report() {} }).run(() => run(count, timed))
    done += count
  }
  return spent / done
}

interface Growth {
  readonly few: number
  readonly many: number
  readonly ratio: number
}

async function growthOf(situation: Situation, most: number): Promise<Growth> {
  // Among very few, what is done once counts most.
  const few = Math.min(await costOfEach(situation, FEW), await costOfEach(situation, SOME))
  const many = await costOfEach(situation, most)
  return { few, many, ratio: many / few }
}

let tooMuch = 0
for (const situation of [...PROCESSES, ...SERVERS, ...TREES]) {
  const { name, most: law = 3, because, upTo = MOST } = situation
  if (!name.includes(values.only ?? '')) continue
  const most = Math.min(MOST, upTo)
  // What is compiled first is no cost of few.
  await costOfEach(situation, FEW)
  let growth = await growthOf(situation, most)
  for (let tries = 1; growth.ratio > law && tries < TRIES; tries++) {
    const again = await growthOf(situation, most)
    if (again.ratio < growth.ratio) growth = again
  }
  const { few, many, ratio } = growth
  if (ratio > law) tooMuch++
  const verdict = ratio > law ? `MORE THAN ${law}` : because === undefined ? 'ok' : `ok: ${because}`
  const figures = `${few.toFixed(2).padStart(9)} µs of few${many.toFixed(2).padStart(11)} µs of ${most}`
  console.log(`${name.padEnd(64)}${figures.padEnd(46)}${ratio.toFixed(1).padStart(6)}×  ${verdict}`)
}
console.log(
  tooMuch === 0 ? 'Nothing grows more than its law allows.' : `${tooMuch} grow more than their law allows.`,
)
process.exit(tooMuch === 0 ? 0 : 1)
