/**
 * `npm run terms:fuzz`: a million frames of a seed, or as many as are asked for: `npm run terms:fuzz -- 5000 7`.
 */
import { decode, encode } from 'heartwood/erlang'
import { judge, type Outcome } from './judgement.js'
import { RandomFrames } from './random-frames.js'

const [count = '1000000', seed = '1'] = process.argv.slice(2)
const frames = new RandomFrames(Number(seed))
const outcomes: Record<Outcome, number> = { read: 0, KEY_TWICE: 0, TERM_INVALID: 0, TERM_LIMIT: 0 }
const began = process.hrtime.bigint()
let slowest = 0n
for (let at = 0; at < Number(count); at++) {
  const frame = frames.frame()
  const start = process.hrtime.bigint()
  try {
    outcomes[judge(frame, decode, encode)]++
  } catch (error) {
    console.error(`frame ${at} of seed ${seed}: ${Buffer.from(frame).toString('hex')}`)
    throw error
  }
  const took = process.hrtime.bigint() - start
  if (took > slowest) slowest = took
}
const seconds = Number(process.hrtime.bigint() - began) / 1e9
console.log(
  `${count} frames of seed ${seed} in ${seconds.toFixed(1)} s, the slowest ${Number(slowest) / 1e6} ms`,
)
console.log(outcomes)
