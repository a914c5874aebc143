/** What an order came to, as JSON of bounded size: whatever it is, and without secrets. */
import { LIMITS, type Limits, snapshot } from '../../kernel/index.js'

/** Characters of an answer. */
const MOST = 1_000_000

/** Tried one after the other: plain data of a usual size comes back whole. Each text is searched for secrets, so they bound the time, too. */
const TRIED: readonly Limits[] = [
  { ...LIMITS, depth: 12, breadth: 500 },
  { depth: 3, breadth: 20, length: 500, size: 200, privates: 5 },
]

/** @returns undefined for what JSON has nothing for */
export function boundedAnswer(value: unknown): unknown {
  for (const limits of TRIED) {
    const shown = snapshot(value, limits)
    if ((JSON.stringify(shown)?.length ?? 0) <= MOST) return shown
  }
  return '[too large to be shown]'
}
