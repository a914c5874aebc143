import { context, trace } from '@opentelemetry/api'
import { currentKernel } from '../../../kernel/index.js'
import { RelayedTracer, RelayedTracers, type SpanNews } from './relayed-tracer.js'
import { StoreContexts } from './store-contexts.js'

/** The options of tracing in the thread or program. */
export interface SpansOrder {
  readonly roots: boolean
  readonly messages: 'child' | 'link'
  readonly lifecycle: boolean
}

/** The function that begins the tracing there. */
export type BeginTracing = (
  options: SpansOrder & { readonly tracer?: RelayedTracer; readonly meter: false },
) => unknown

/**
 * Traces the thread or program of an isolated server. If it has an SDK, which `--import` also loads in threads, that makes the spans.
 * Otherwise all spans, also those of the program's own code, are sent to the program that started the server.
 */
export function traceWith(begin: BeginTracing, order: SpansOrder, say: (news: SpanNews) => void): void {
  const { clock } = currentKernel()
  const origin = clock.wallTime() - clock.now()
  const relay = { say, now: () => origin + clock.now() }
  context.setGlobalContextManager(new StoreContexts())
  const isRelayed = trace.setGlobalTracerProvider(new RelayedTracers(relay))
  begin({ ...order, ...(isRelayed && { tracer: new RelayedTracer(relay) }), meter: false })
}
