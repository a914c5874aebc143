/** The data of a context for a message to another thread or program: its span and its baggage. */
import {
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  context,
  createTraceState,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api'
import {
  ARRIVALS,
  type ArrivalEvent,
  CallRequest,
  DEPARTURES,
  type DepartureEvent,
  type Kernel,
} from '../../../kernel/index.js'
import type { Note } from '../../event-notes.js'
import { Subscription } from '../../subscription.js'
import { ChainedContext } from '../chained-context.js'

/** The key of this data in a message. */
const KEY = 'opentelemetry'

/** The address of a span, as data. */
export interface SpanAddress {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly traceState?: string
}

interface CarriedContext {
  readonly span: SpanAddress | undefined
  readonly baggage: readonly (readonly [key: string, value: string, metadata: string | undefined])[]
  /** The number of messages that led to the context. */
  readonly chain: number
}

export function addressOf({ traceId, spanId, traceFlags, traceState }: SpanContext): SpanAddress {
  const state = traceState?.serialize()
  return { traceId, spanId, traceFlags, ...(state !== undefined && state !== '' && { traceState: state }) }
}

export function spanAt({ traceState, ...address }: SpanAddress): SpanContext {
  return { ...address, ...(traceState !== undefined && { traceState: createTraceState(traceState) }) }
}

/** A mapping from the spans of other threads and programs to those in this program. */
export interface SpanNames {
  here(span: SpanAddress): SpanContext
}

/** The mapping that changes nothing. */
const SAME: SpanNames = { here: spanAt }

/**
 * Makes contexts go along with messages to and from other kernels.
 *
 * @param carried the context for the handler of each call
 * @param names maps a span that arrives to one in this program
 */
export function carryContexts(
  kernel: Kernel | undefined,
  carried: Note<Context>,
  names: SpanNames = SAME,
): Disposable {
  return new Subscription(kernel)
    .on<DepartureEvent>(DEPARTURES, ({ message, bring }) => {
      const noted = CallRequest.is(message) ? carried.of(message) : undefined
      const leaving = dataOf(noted ?? context.active())
      if (leaving !== undefined) bring(KEY, leaving)
    })
    .on<ArrivalEvent>(ARRIVALS, (event) => {
      const brought = event.brought[KEY]
      if (brought === undefined) return
      const { run } = event
      const inside = contextOf(brought as CarriedContext, names)
      event.run = () => context.with(inside, run)
    })
}

function dataOf(leaving: Context): CarriedContext | undefined {
  const span = trace.getSpanContext(leaving)
  const entries = propagation.getBaggage(leaving)?.getAllEntries() ?? []
  if (span === undefined && entries.length === 0) return undefined
  return {
    span: span && addressOf(span),
    baggage: entries.map(([key, { value, metadata }]) => [key, value, metadata?.toString()]),
    chain: ChainedContext.chainOf(leaving),
  }
}

function contextOf({ span, baggage, chain }: CarriedContext, names: SpanNames): Context {
  let made = ROOT_CONTEXT
  if (baggage.length > 0) made = propagation.setBaggage(made, propagation.createBaggage(entriesOf(baggage)))
  if (span !== undefined) made = trace.setSpanContext(made, names.here(span))
  return chain === 0 ? made : new ChainedContext(made, chain)
}

function entriesOf(baggage: CarriedContext['baggage']): Record<string, BaggageEntry> {
  const entries = baggage.map(([key, value, metadata]): [string, BaggageEntry] => [
    key,
    metadata === undefined ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
  ])
  return Object.fromEntries(entries)
}
