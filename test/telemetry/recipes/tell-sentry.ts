import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { REPORTS, type ReportEvent, shown } from 'heartwood/telemetry'

/**
 * Gives Sentry each crash once.
 *
 * @param sentry `import * as Sentry from '@sentry/node'`, after its `init`
 * @returns what ends it
 */
export function tellSentry(sentry: { captureException(error: unknown, hint: object): unknown }): () => void {
  const tell = (event: unknown): void => {
    const { level, kind, pid, name, label, incident, reason, lastMessage } = (event as ReportEvent).report
    if (level !== 'error' || (kind !== 'crash' && kind !== 'task')) return
    const worker = String(label ?? name ?? 'process')
    const contexts = { worker: { pid: String(pid), name, lastMessage: JSON.stringify(shown(lastMessage)) } }
    const captureContext = { tags: { worker, incident }, fingerprint: ['{{ default }}', worker], contexts }
    sentry.captureException(reason, { mechanism: { type: 'heartwood', handled: true }, captureContext })
  }
  subscribe(REPORTS, tell)
  return () => unsubscribe(REPORTS, tell)
}
