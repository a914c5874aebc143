/** What one run of a scenario gives, in whichever language it is written. */
export interface Sample {
  /** How many operations arrived, as their receiver counts them. */
  readonly counted: number
  /** In the unit of the scenario, for each operation. */
  readonly value: number
  /** For what takes time: nanoseconds of processor time of each operation, in all threads of the program. */
  readonly cpu?: number
  /** Further figures of the same run. */
  readonly extra?: Readonly<Record<string, number>>
}

/** A scenario on Node: does `size` operations, and measures them from when all is prepared. */
export type Work = (size: number) => Promise<Sample>

/** Since when is measured. */
export interface Start {
  readonly at: number
  readonly cpu: NodeJS.CpuUsage
}

/** What was measured of a run, for the profiler: from a `began` to the last `cost` that followed. Microseconds. */
export interface Span {
  readonly part: string
  readonly from: number
  to: number
}

const spans: Span[] = []

/** The spans since this was last asked. */
export function takeSpans(): Span[] {
  return spans.splice(0)
}

/** The clock of V8's profiler, as far as Node has it. */
const microseconds = (): number => Math.floor(Number(process.hrtime.bigint()) / 1_000)

/**
 * The time from which on is measured. What the preparation left over is collected before: the young only, since after a
 * collection of all V8 gives the pages of its young space back and throws optimised code away, and what is measured next
 * would be their return.
 */
export function began(): Start {
  globalThis.gc?.({ type: 'minor' })
  return mark()
}

/** Milliseconds of which the helper threads may use a tenth when they are taken to be at rest. */
const REST = 10

/**
 * Collects, and waits until the helper threads of the collector are done. For a program that measures much that is short:
 * in a large heap they have work to do for longer than that, and a collection before each would throw away what the
 * compiler has made of it.
 */
export async function atRest(): Promise<void> {
  globalThis.gc?.()
  for (let left = 100; left > 0; left--) {
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, REST))
    const { user, system } = process.cpuUsage(before)
    if (user + system < REST * 100) return
  }
}

/**
 * The time from which on is measured, with the heap as it is.
 *
 * @param part what is measured, in a program that measures several things
 */
export function mark(part = ''): Start {
  const from = microseconds()
  spans.push({ part, from, to: from })
  return { cpu: process.cpuUsage(), at: performance.now() }
}

/** What each of `operations` has cost since `start`. */
export function cost(start: Start, operations: number): { value: number; cpu: number } {
  const ms = performance.now() - start.at
  const { user, system } = process.cpuUsage(start.cpu)
  const span = spans.at(-1)
  if (span !== undefined) span.to = microseconds()
  const each = Math.max(1, operations)
  return { value: (ms * 1e6) / each, cpu: ((user + system) * 1e3) / each }
}

/** The sample of a scenario in which the last operation has just arrived. */
export function perOperation(start: Start, counted: number): Sample {
  return { counted, ...cost(start, counted) }
}
