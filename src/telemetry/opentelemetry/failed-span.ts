/** Functions on spans: whether one is kept, and how a failure is marked. */
import { type Exception, type Span, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { type ErrorRecord, errorOf, reasonLine } from '../../logging/index.js'
import { errorType } from '../error-type.js'

/** Whether a span is sampled or recording, so that it may have child spans. */
export function isKept(span: Span): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0 || span.isRecording()
}

/** Marks a span as failed. */
export function fail(span: Span, reason: unknown): void {
  const error = errorOf(reason)
  const message = error?.message ?? reasonLine(reason)
  span.recordException(error === undefined ? { name: 'exit', message } : exceptionOf(error))
  span.setAttribute('error.type', errorType(reason))
  span.setStatus({ code: SpanStatusCode.ERROR, message })
}

/** The exception of a span for an error, without secrets in its texts. */
function exceptionOf({ type, message, code, stack }: ErrorRecord): Exception {
  return {
    name: type,
    message,
    ...(code === undefined ? undefined : { code }),
    ...(stack === undefined ? undefined : { stack }),
  }
}
