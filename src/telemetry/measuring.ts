/** Measures what happens, from the diagnostics channels into a sink. */
import { WATCHDOG_REPORTS, type WatchdogEvent } from '../application/index.js'
import { kindOf, meantBy, methodOf } from '../genserver/index.js'
import {
  type CallEvent,
  type ExitEvent,
  HeartwoodError,
  KERNEL_CHANNELS,
  type Kernel,
} from '../kernel/index.js'
import {
  type RestartEvent,
  SUPERVISOR_REPORTS,
  SUPERVISOR_RESTARTS,
  type SupervisorEvent,
} from '../supervisor/index.js'
import { exitKind } from './error-type.js'
import { BLOCKED, CALLS, ESCALATIONS, EXITS, RESTARTS, type Sink } from './metric.js'
import { Subscription } from './subscription.js'
import { Subjects } from './title.js'

/** The series of a call is known when it is sent: by its end the server may be gone. */
type Begun = WeakMap<CallEvent, { readonly server: string; readonly method: string }>

/** Measures until disposed of. */
export function measureInto(sink: Sink, kernel: Kernel | undefined): Disposable {
  const begun: Begun = new WeakMap()
  const titles = new Subjects()
  return new Subscription(kernel)
    .on<ExitEvent>(KERNEL_CHANNELS.exit, ({ reason }) => sink.count(EXITS, { reason: exitKind(reason) }))
    .on<RestartEvent>(SUPERVISOR_RESTARTS, ({ title, spec }) => {
      sink.count(RESTARTS, { supervisor: String(title), child: spec.id })
    })
    .on<SupervisorEvent>(SUPERVISOR_REPORTS, ({ report }) => {
      if (report.context === 'shutdown') sink.count(ESCALATIONS, { supervisor: String(report.supervisor) })
    })
    .on<WatchdogEvent>(WATCHDOG_REPORTS, () => sink.count(BLOCKED, {}))
    .on<CallEvent>(KERNEL_CHANNELS.callStart, (event) => {
      const { call, request, to } = event
      // What the framework asks of its servers is not the program's doing.
      if (call !== undefined && kindOf(call) === 'system') return
      const server = to === undefined ? (meantBy(request) ?? 'unknown') : titles.of(to).title
      begun.set(event, { server, method: methodOf(request) ?? '' })
    })
    .on<CallEvent>(KERNEL_CHANNELS.callEnd, (event) => {
      const series = begun.get(event)
      if (series === undefined) return
      const seconds = (event.kernel.now() - event.startedAt) / 1_000
      sink.record(CALLS, seconds, { ...series, outcome: outcomeOf(event.error) })
    })
}

function outcomeOf(error: unknown): string {
  if (error === undefined) return 'ok'
  return HeartwoodError.is(error) ? error.code : 'error'
}
