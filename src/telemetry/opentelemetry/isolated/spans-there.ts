import { context, trace } from '@opentelemetry/api'
import { currentKernel } from '../../../kernel/index.js'
import { RelayedTracer, RelayedTracers, type SpanNews } from './relayed-tracer.js'
import { StoreContexts } from './store-contexts.js'

/** How it is traced there. */
export interface SpansOrder {
  readonly roots: boolean
  readonly messages: 'child' | 'link'
  readonly lifecycle: boolean
}

/** Begins the tracing of a thread. */
export type BeginTracing = (
  options: SpansOrder & { readonly tracer?: RelayedTracer; readonly meter: false },
) => unknown

/**
 * Traces the thread or program of an isolated server. Where it has an SDK, which `--import` loads in threads, too, that makes the spans; else they are told to
 * whoever traces where the server was started, and so are those of its own code.
 */
export function traceWith(begin: BeginTracing, order: SpansOrder, say: (news: SpanNews) => void): void {
  const { clock } = currentKernel()
  const origin = clock.wallTime() - clock.now()
  const relay = { say, now: () => origin + clock.now() }
  context.setGlobalContextManager(new StoreContexts())
  const isRelayed = trace.setGlobalTracerProvider(new RelayedTracers(relay))
  begin({ ...order, ...(isRelayed && { tracer: new RelayedTracer(relay) }), meter: false })
}
