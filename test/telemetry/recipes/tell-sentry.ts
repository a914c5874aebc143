import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type ChildReport, REPORTS, type ReportEvent, shown } from 'heartwood/telemetry'

/**
 * Gives Sentry each crash once.
 *
 * @param sentry `import * as Sentry from '@sentry/node'`, after its `init`
 * @returns what ends it
 */
export function tellSentry(sentry: { captureException(error: unknown, hint: object): unknown }): () => void {
  const tell = (event: unknown): void => {
    const { report } = event as ReportEvent
    const { level, kind, context, pid, name, label, incident, reason, lastMessage } = report
    // Only the supervisor reports a child that was killed, or that was isolated and ended by force.
    const child = kind === 'supervisor' && context === 'child_terminated' ? report.offender : undefined
    const ended = child as ChildReport['offender'] | undefined
    if (level !== 'error' || (kind !== 'crash' && kind !== 'task' && ended === undefined)) return
    const worker = String(ended?.id ?? label ?? name ?? 'process')
    const message = JSON.stringify(shown(lastMessage))
    const contexts = { worker: { pid: String(ended?.pid ?? pid), name, lastMessage: message } }
    const captureContext = { tags: { worker, incident }, fingerprint: ['{{ default }}', worker], contexts }
    sentry.captureException(reason, { mechanism: { type: 'heartwood', handled: true }, captureContext })
  }
  subscribe(REPORTS, tell)
  return () => unsubscribe(REPORTS, tell)
}
