/** A source file in which each planted mistake is made or not while the program runs: it is compiled once for all of them. */
import type { Mutation, Pieces, Range } from './mutations.js'

/** A stretch that is written anew. Those that hold others come first. */
interface Written extends Range {
  readonly pieces: Pieces
}

/** @param mutations each with the number that stands for it */
export function switchedSource(
  text: string,
  mutations: ReadonlyMap<number, Mutation>,
  statements: readonly Range[],
): string {
  const switched = [...mutations].map(([number, { start, end, switched }]) => ({
    start,
    end,
    pieces: switched(`globalThis.heartwoodMutants?.(${number})`),
  }))
  const begun = new Set(switched.map(({ start }) => start))
  const blocks = statements
    .filter(({ start }) => begun.has(start))
    .map(({ start, end }) => ({ start, end, pieces: ['{ ', { start, end }, ' }'] }))
  // A block goes around what its statement is replaced by.
  const all: Written[] = [...blocks, ...switched].sort((a, b) => a.start - b.start || b.end - a.end)
  const write = (range: Range, from: number): string => {
    let written = ''
    let at = range.start
    for (let index = from; index < all.length; index++) {
      const { start, end, pieces } = all[index] as Written
      if (start < at || end > range.end) continue
      written += text.slice(at, start)
      for (const piece of pieces) written += typeof piece === 'string' ? piece : write(piece, index + 1)
      at = end
    }
    return written + text.slice(at, range.end)
  }
  return write({ start: 0, end: text.length }, 0)
}
