/**
 * Tests that measure the machine's time. They say so when the machine has no time to give: a figure that was taken while
 * other programs had the processors says nothing of ours.
 */
import { it } from 'vitest'

/** How much longer than its own computing a program may take before it is said to be kept waiting. */
const WAITS = 1.3
/** Milliseconds of computing that are looked at. */
const LOOK = 60

/** By how much this program is kept waiting: 1 on a machine that is free. */
function waiting(): number {
  const begun = process.hrtime.bigint()
  const cpu = process.cpuUsage()
  let used = 0
  while (used < LOOK) {
    const { user, system } = process.cpuUsage(cpu)
    used = (user + system) / 1_000
  }
  return Number(process.hrtime.bigint() - begun) / 1e6 / used
}

/** Why nothing can be measured at this moment; undefined where the machine has time. */
export function busyMachine(): string | undefined {
  const ratio = waiting()
  if (ratio <= WAITS) return undefined
  return `not measured: machine too busy (${ratio.toFixed(1)} times as long as computed)`
}

/**
 * A test whose outcome depends on how fast the machine is. On a busy one it is skipped, and says why: before, or after it
 * failed.
 *
 * @param timeout milliseconds
 */
export function measures(name: string, body: () => unknown, timeout?: number): void {
  it(
    name,
    async ({ skip }) => {
      const look = (): void => {
        const busy = busyMachine()
        if (busy !== undefined) skip(busy)
      }
      look()
      try {
        await body()
      } catch (failure) {
        look()
        throw failure
      }
    },
    timeout,
  )
}
