import { hashOfText } from '../../supervisor/index.js'

/**
 * Which node takes a key: rendezvous hashing with weights. Every node comes to the same order by itself, and when one joins or leaves, only the keys
 * move that it gets or had.
 */
export interface Candidate {
  readonly node: string
  readonly weight: number
}

/** The candidates for a key, the first choice first. */
export function ranked<T extends Candidate>(key: string, candidates: readonly T[]): T[] {
  const scored = candidates.map((candidate) => ({ candidate, score: scoreOf(key, candidate) }))
  // Equal scores are all but impossible, and then the name decides, the same everywhere.
  scored.sort((a, b) => b.score - a.score || (a.candidate.node < b.candidate.node ? -1 : 1))
  return scored.map(({ candidate }) => candidate)
}

export function firstChoice<T extends Candidate>(key: string, candidates: readonly T[]): T | undefined {
  let best: T | undefined
  let greatest = Number.NEGATIVE_INFINITY
  for (const candidate of candidates) {
    const score = scoreOf(key, candidate)
    if (score < greatest || (score === greatest && best !== undefined && best.node < candidate.node)) continue
    best = candidate
    greatest = score
  }
  return best
}

/** Of a uniform hash `h` from 0 to 1, `-weight / ln h` is greatest for each candidate as often as its weight says. */
function scoreOf(key: string, { node, weight }: Candidate): number {
  return -weight / Math.log((hashOfText(`${node}\0${key}`) + 0.5) / 2 ** 32)
}
