import { currentKernel, ref } from 'heartwood'
import { DAY, HOUR, type Period } from '../store/index.js'
import { DAYS, firstOf, HOURS, type Uptime, uptimeOf } from '../web/uptime.js'
import { HistoryWriter } from './history-writer.js'

/** What was read holds so long, in ms; and so many targets are remembered. */
const HOLDS = 30_000
const MOST = 1_000

/** The uptimes that pages show: read from the history now and then, and at hand in between. */
export class UptimeMemory {
  readonly #known = new Map<string, { readonly uptime: Uptime | undefined; readonly readAt: number }>()

  of(target: string): Uptime | undefined {
    return this.#known.get(target)?.uptime
  }

  /**
   * Reads again what is too old. Never rejects: while the database is away, what was known last is shown.
   *
   * Nobody who shows a page needs to wait for it.
   */
  async refresh(targets: readonly string[]): Promise<void> {
    const { clock } = currentKernel()
    const readAt = clock.now()
    const old = targets.filter((target) => readAt - (this.#known.get(target)?.readAt ?? -HOLDS) >= HOLDS)
    if (old.length === 0) return
    if (this.#known.size > MOST) this.#known.clear()
    // Whoever asks meanwhile does not ask the database, too.
    for (const target of old) this.#known.set(target, { uptime: this.of(target), readAt })
    const now = clock.wallTime()
    const [hours, days] = await Promise.all([periods(HOUR, HOURS, old, now), periods(DAY, DAYS, old, now)])
    if (hours === undefined || days === undefined) return
    for (const target of old) {
      this.#known.set(target, {
        uptime: uptimeOf(hours.get(target) ?? [], days.get(target) ?? [], now),
        readAt,
      })
    }
  }
}

/** By target; undefined while the database, or who asks it, is away. */
async function periods(
  span: typeof HOUR | typeof DAY,
  count: number,
  targets: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, Period[]> | undefined> {
  const found = await ref(HistoryWriter)
    .call.periods(span, firstOf(span, count, now), targets)
    .catch(() => 'away' as const)
  if (found === 'away') return undefined
  const byTarget = new Map<string, Period[]>()
  for (const period of found) {
    const known = byTarget.get(period.target)
    if (known === undefined) byTarget.set(period.target, [period])
    else known.push(period)
  }
  return byTarget
}
