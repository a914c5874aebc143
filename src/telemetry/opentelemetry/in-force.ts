/**
 * What tells the same SDK of the same processes is there once, whoever has called `openTelemetry`: a library and the program around
 * it. Told twice, each span and each count would be there twice, which nobody sees in the numbers.
 */
import { defaultKernel, type Kernel } from '../../kernel/index.js'

/** The options that say how something is told. */
type Manner = Readonly<Record<string, unknown>>

/** What is to be told. */
export interface Order {
  readonly what: 'spans' | 'metrics'
  /** Of whose processes; undefined for those of all kernels. */
  readonly kernel: Kernel | undefined
  /** What takes it: a tracer, a meter, or the provider of the program. */
  readonly to: object
  /** As it was asked for, with what is undefined by default. */
  readonly asked: Manner
  /** As it would be. */
  readonly manner: Manner
}

interface Told {
  readonly order: Order
  readonly telling: Disposable
  holders: number
}

const inForce = new Set<Told>()

/** Has it told from now on, unless it is already. @returns what ends it, where nobody else wants it */
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

/** Whether all of `order` is told where `other` is. */
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

/** Of bounds their members count. */
function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other)
  return one.length === other.length && one.every((each, at) => Object.is(each, other[at]))
}
