/** Latencies as people read them: `0.8 ms`, `12 ms`, `1.24 s`; a dash while there is none. */
export function formatLatency(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–'
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  return `${(milliseconds / 1000).toFixed(2)} s`
}

/** `100 %`, `99.8 %`. Rounded down: only what never failed may be called 100. */
export function formatShare(share: number | undefined): string {
  if (share === undefined) return '–'
  if (share === 1) return '100 %'
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}

const UNITS: readonly (readonly [unit: string, milliseconds: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
]

/** `moments`, `42 s`, `3 min`, `5 h`, `2 d`. A time that lies ahead, for a clock that was set back, is this moment. */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => milliseconds >= size) ?? ['s', 1000]
  const amount = Math.max(0, Math.floor(milliseconds / size))
  return amount === 0 ? 'moments' : `${amount} ${unit}`
}
