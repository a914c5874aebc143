/** That the same is told to the same SDK twice, as by a library and by the program around it, which nobody sees in the numbers. */
import { defaultKernel, type Kernel } from '../../kernel/index.js'

/** What one `openTelemetry()` tells of, and whom: false for nobody, undefined for the provider of the program. */
export interface Told {
  readonly kernel: Kernel | undefined
  readonly tracer: unknown
  readonly meter: unknown
}

const inForce = new Set<Told>()

/** Warns where something is told twice from now on. @returns what takes it back */
export function warnOfDoubles(told: Told): Disposable {
  const others = [...inForce].filter(
    ({ kernel }) => kernel === undefined || told.kernel === undefined || kernel === told.kernel,
  )
  const twice = [
    ...(others.some(({ tracer }) => tracer !== false && tracer === told.tracer) ? ['each span is made'] : []),
    ...(others.some(({ meter }) => meter !== false && meter === told.meter) ? ['each event is counted'] : []),
  ]
  inForce.add(told)
  if (twice.length > 0) {
    const message = `openTelemetry() is in force already for these processes, so ${twice.join(' and ')} twice. Call it in one place, or dispose of the one before`
    const kernel = told.kernel ?? defaultKernel()
    kernel.report({ level: 'warn', kind: 'telemetry', message })
  }
  return { [Symbol.dispose]: () => void inForce.delete(told) }
}
