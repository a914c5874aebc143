/**
 * What the program's own code calls an SDK by: the end of a span that a handler began, a log record, a flush. Processors and exporters
 * begin timers, promises and connections there, which would be the worker's whose handler it happens to be. So these methods
 * run as the process that stands for the SDK, with the stores of their caller.
 *
 * An SDK has no place for that: its processors are handed over when it is made, before Heartwood is imported. What stays the same whoever
 * made it is OpenTelemetry's API. Its methods are wrapped in the class that has them, for good, as the timers go on for good:
 *
 * | method | in the class of |
 * | --- | --- |
 * | `startSpan` | the tracer: it shows the classes of spans, and is what it was |
 * | `end` | each kind of span that records |
 * | `emit` | the logger of the program's provider, where there is one |
 * | `forceFlush`, `shutdown` | the three providers |
 */
import { metrics, type Span, type Tracer, trace } from '@opentelemetry/api'
import { currentKernel, kernelOfUser } from '../../kernel/index.js'
import type { SdkFaults } from './sdk-faults.js'

type Method = (this: unknown, ...args: unknown[]) => unknown

/** Where OpenTelemetry's API for logs, which few programs have, keeps the program's provider, by the version of that contract. */
const LOGS = Symbol.for('io.opentelemetry.js.api.logs')
const LOGS_VERSION = 1

/** Methods that are wrapped: of classes, and of objects that have them themselves. */
const wrapped = new WeakMap<object, Set<string>>()

/** Wraps them; those that are wrapped already stay as they are. */
export class SdkMethods {
  /** The class of the last span: that of the next, mostly. */
  #met: object | null = null

  constructor(private readonly faults: SdkFaults) {}

  /** @param tracers Heartwood's own, and what belongs to the program's provider */
  wrap(tracers: readonly Tracer[]): void {
    this.faults.caught(currentKernel(), 'look at its providers', () => {
      for (const tracer of tracers) this.#wrapStart(tracer)
      const logs = logsProvider()
      if (logs !== undefined) this.#wrapEnd(logs.getLogger('heartwood'), 'emit', 'take a log record')
      for (const provider of [delegateOf(trace.getTracerProvider()), metrics.getMeterProvider(), logs]) {
        if (provider === undefined) continue
        this.#wrapFlush(provider, 'forceFlush')
        this.#wrapFlush(provider, 'shutdown')
      }
    })
  }

  /** Not run apart: a start leaves nothing behind, mostly, and each call and each handler has one. */
  #wrapStart(tracer: Tracer): void {
    const meet = (span: Span): void => this.#meet(span)
    wrapMethod(
      tracer,
      'startSpan',
      (startSpan) =>
        function (...args) {
          const span = Reflect.apply(startSpan, this, args)
          meet(span as Span)
          return span
        },
    )
  }

  #meet(span: Span): void {
    try {
      const met: object | null = Object.getPrototypeOf(span)
      if ((met === this.#met && !Object.hasOwn(span, 'end')) || !span.isRecording()) return
      this.#wrapEnd(span, 'end', 'end a span')
      this.#met = met
    } catch (thrown) {
      // It may be anything, as a proxy that throws.
      this.faults.tell(currentKernel(), 'look at a span', thrown)
    }
  }

  /** A method that returns nothing, and by OpenTelemetry's rules throws nothing. */
  #wrapEnd(object: object, name: string, what: string): void {
    const { faults } = this
    wrapMethod(
      object,
      name,
      (method) =>
        function (...args) {
          const kernel = kernelOfUser()
          if (kernel === undefined) return Reflect.apply(method, this, args)
          try {
            return faults.processOf(kernel).runHere(method, this, args)
          } catch (thrown) {
            faults.tell(kernel, what, thrown)
            return undefined
          }
        },
    )
  }

  /** What fails in it is for whoever waits for it. */
  #wrapFlush(provider: object, name: string): void {
    const { faults } = this
    wrapMethod(
      provider,
      name,
      (method) =>
        function (...args) {
          const kernel = kernelOfUser()
          if (kernel === undefined) return Reflect.apply(method, this, args)
          return faults.processOf(kernel).runHere(method, this, args)
        },
    )
  }
}

/** Puts what `around` makes in place of a method. What is frozen, or no method, stays as it is. */
function wrapMethod(object: object, name: string, around: (method: Method) => Method): void {
  const holder = holderOf(object, name)
  if (holder === undefined) return
  const names = wrapped.get(holder) ?? new Set()
  if (names.has(name)) return
  names.add(name)
  wrapped.set(holder, names)
  const property = Object.getOwnPropertyDescriptor(holder, name)
  const method: unknown = property?.value
  if (typeof method === 'function')
    Reflect.defineProperty(holder, name, { ...property, value: around(method as Method) })
}

/** The class, mostly, whose own a method is; never that of all objects. */
function holderOf(object: object, name: string): object | undefined {
  for (let at: object | null = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    if (Object.hasOwn(at, name)) return at
  return undefined
}

/** The program's provider itself, in place of what stands for it from the beginning. */
function delegateOf(provider: object): object {
  return (provider as { getDelegate?(): object }).getDelegate?.() ?? provider
}

interface LogsProvider {
  getLogger(name: string): object
}

function logsProvider(): LogsProvider | undefined {
  const get: unknown = (globalThis as { [LOGS]?: unknown })[LOGS]
  const provider = typeof get === 'function' ? (get(LOGS_VERSION) as Partial<LogsProvider>) : undefined
  return typeof provider?.getLogger === 'function' ? (provider as LogsProvider) : undefined
}
