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

/** The time from which on is measured. What the preparation left over is collected before. */
export function began(): Start {
  globalThis.gc?.()
  return { cpu: process.cpuUsage(), at: performance.now() }
}

/** What each of `operations` has cost since `start`. */
export function cost(start: Start, operations: number): { value: number; cpu: number } {
  const ms = performance.now() - start.at
  const { user, system } = process.cpuUsage(start.cpu)
  const each = Math.max(1, operations)
  return { value: (ms * 1e6) / each, cpu: ((user + system) * 1e3) / each }
}

/** The sample of a scenario in which the last operation has just arrived. */
export function perOperation(start: Start, counted: number): Sample {
  return { counted, ...cost(start, counted) }
}
