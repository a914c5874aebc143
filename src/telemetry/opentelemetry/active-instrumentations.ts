/**
 * The register of active instrumentations, so that each process is instrumented once per SDK. A library and the program around it may
 * both call `openTelemetry`; without this, each span and each count would exist twice, which the numbers do not show.
 */
import { defaultKernel, type Kernel } from '../../kernel/index.js'

/** The options of an instrumentation. */
type Manner = Readonly<Record<string, unknown>>

/** An instrumentation that is asked for. */
export interface Order {
  readonly what: 'spans' | 'metrics'
  /** The kernel of the processes; `undefined` for all kernels. */
  readonly kernel: Kernel | undefined
  /** The receiver: a tracer, a meter, or the provider of the program. */
  readonly to: object
  /** The options as given; those left out are `undefined`. */
  readonly asked: Manner
  /** The options with defaults filled in. */
  readonly manner: Manner
}

interface Told {
  readonly order: Order
  readonly telling: Disposable
  holders: number
}

const inForce = new Set<Told>()

/** Begins an instrumentation, unless one is active already. @returns an object whose disposal ends it, if nobody else needs it */
export function tellOnce(order: Order, begin: () => Disposable): Disposable {
  const told = [...inForce].find(({ order: other }) => covers(other, order)) ?? begun(order, begin())
  told.holders++
  const others = Object.keys(order.asked).filter(
    (key) => order.asked[key] !== undefined && !isSame(order.asked[key], told.order.manner[key]),
  )
  if (others.length > 0) warnOfOthers(order, others)
  let isOver = false
  return {
    [Symbol.dispose]() {
      if (isOver) return
      isOver = true
      told.holders--
      if (told.holders > 0) return
      inForce.delete(told)
      told.telling[Symbol.dispose]()
    },
  }
}

function begun(order: Order, telling: Disposable): Told {
  const told = { order, telling, holders: 0 }
  const isPart = [...inForce].some(({ order: other }) => covers(order, other))
  inForce.add(told)
  if (isPart) {
    const message = `openTelemetry() is in force already for some of these processes, whose ${order.what} are told twice. Call it in one place, or dispose of the one before`
    warn(order, message)
  }
  return told
}

/** Whether `other` includes the whole of `order`. */
function covers(other: Order, { what, kernel, to }: Order): boolean {
  return other.what === what && other.to === to && (other.kernel === undefined || other.kernel === kernel)
}

function warnOfOthers(order: Order, options: readonly string[]): void {
  const names = options.map((name) => `\`${name}\``).join(', ')
  const message = `openTelemetry() is in force already for the ${order.what} of these processes, with another ${names}, which stays. Call it in one place, or dispose of the one before`
  warn(order, message)
}

function warn({ kernel = defaultKernel() }: Order, message: string): void {
  kernel.report({ level: 'warn', kind: 'telemetry', message })
}

/** Compares two options; lists by their elements. */
function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other)
  return one.length === other.length && one.every((each, at) => Object.is(each, other[at]))
}
