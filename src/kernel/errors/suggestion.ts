/** ` (did you mean "x"?)` for the known word that is nearest to a wrong one; empty when none is near. */
export function suggestion(wrong: string, known: readonly string[]): string {
  const near = nearest(wrong, known)
  return near === undefined ? '' : ` (did you mean "${near}"?)`
}

/** The known word that is nearest to a wrong one; undefined when none is near. */
export function nearest(wrong: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((word) => ({ word, distance: distance(wrong.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  if (best === undefined || best.distance > Math.max(2, Math.floor(wrong.length / 3))) return undefined
  return best.word
}

/** How many letters must be changed, added or removed (Levenshtein); small and capital ones are told apart. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[to.length] ?? 0
}
