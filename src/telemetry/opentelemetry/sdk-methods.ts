/**
 * Wrappers for the methods by which a program calls an SDK: the end of a span that a handler began, a log record, a flush. Processors and
 * exporters begin timers, promises and connections in these methods, which would belong to the process whose handler calls them. So
 * the methods run as the process that represents the SDK, with the stores of their caller.
 *
 * An SDK has no hook for that: its processors are given when it is made, before Heartwood is imported. Common to all SDKs is only
 * OpenTelemetry's API. Its methods are wrapped in their classes, permanently, since the timers of an SDK go on too:
 *
 * | method | in the class of |
 * | --- | --- |
 * | `startSpan` | the tracer: only to see the classes of spans |
 * | `end` | each class of recording spans |
 * | `emit` | the logger of the program's provider, if there is one |
 * | `forceFlush`, `shutdown` | the three providers |
 */
import { metrics, type Span, type Tracer, trace } from '@opentelemetry/api'
import { currentKernel, kernelOfUser } from '../../kernel/index.js'
import type { SdkFaults } from './sdk-faults.js'

type Method = (this: unknown, ...args: unknown[]) => unknown

/** The global symbol under which OpenTelemetry's API for logs, which few programs have, stores a function from its version to the provider. */
const LOGS = Symbol.for('io.opentelemetry.js.api.logs')
const LOGS_VERSION = 1

/** The wrapped methods, by the class or object that has them. */
const wrapped = new WeakMap<object, Set<string>>()

/** Wraps the methods. A method that is wrapped already stays as it is. */
export class SdkMethods {
  /** The class of the last span. Most spans have the same class. */
  #met: object | null = null

  constructor(private readonly faults: SdkFaults) {}

  /** Wraps the methods of tracers and of the program's providers. @param tracers Heartwood's own, and that of the program's provider */
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

  /** Wraps `startSpan` to see the classes of spans. It does not run as the SDK's process: a start rarely begins other work, and each handler has one. */
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
      // A span may be any value, such as a proxy that throws.
      this.faults.tell(currentKernel(), 'look at a span', thrown)
    }
  }

  /** Wraps a method without a result, which by the rules of OpenTelemetry does not throw. */
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

  /** Wraps a method that returns a promise. Its failure is passed on to the caller, who awaits it. */
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

/** Replaces a method by the result of `around`. A frozen object, or a property that is no method, stays as it is. */
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

/** The object that has a method as its own property, usually a prototype; never `Object.prototype`. */
function holderOf(object: object, name: string): object | undefined {
  for (let at: object | null = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    if (Object.hasOwn(at, name)) return at
  return undefined
}

/** The real provider behind the proxy of the API. */
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
