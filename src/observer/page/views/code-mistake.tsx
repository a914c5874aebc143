/** What `heartwood dev` could not load, over all views, until it can. */
import type { TimelineEvent } from '../data/api.ts'

export function CodeMistake({ events }: { events: readonly TimelineEvent[] }) {
  // The newest first. Each load that ends is told: with its files, and a mistake if there was one.
  const last = events.find(({ kind, report }) => kind === 'report' && Array.isArray(report.files))
  const mistake = last?.report.mistake
  if (last === undefined || typeof mistake !== 'string') return null
  const files = (last.report.files as readonly unknown[]).map(String).join(', ')
  return (
    <section class="mistake" role="alert">
      <h2>{files} cannot be loaded: the code from before goes on</h2>
      <pre>{mistake}</pre>
    </section>
  )
}
