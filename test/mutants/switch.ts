/**
 * Which planted mistake is made now, in this program. It is loaded before everything else: by the runner of the tests, and
 * with `--import` by the programs that they start.
 */
import { appendFileSync } from 'node:fs'

/** How many places are passed between two looks at the clock. */
const STRIDE = 1_000

interface State {
  /** The number of the mistake that is made; 0 when none is. */
  made: number
  /** When the mistake is taken for one that hangs, by `performance.now()`. */
  until: number
  readonly reached: Set<number>
}

declare global {
  var heartwoodMutants: ((number: number) => boolean) | undefined
}

export const state: State = {
  made: Number(process.env.HEARTWOOD_MUTANT ?? 0),
  until: Number.POSITIVE_INFINITY,
  reached: new Set(),
}

/** Tests replace the clock. */
// biome-ignore lint/style/noRestrictedGlobals: what hangs has the time of the machine.
export const now = performance.now.bind(performance)

/** Where the programs of a test say which mistakes they reached. */
const reachedFile = process.env.HEARTWOOD_MUTANTS_REACHED
let passed = 0

globalThis.heartwoodMutants = (number) => {
  if (!state.reached.has(number)) {
    state.reached.add(number)
    if (reachedFile !== undefined) appendFileSync(reachedFile, `${number}\n`)
  }
  // An endless loop passes by its own mistake, or by another one.
  if (state.made !== 0 && ++passed % STRIDE === 0 && now() > state.until)
    throw new Error('this mistake hangs')
  return number === state.made
}
