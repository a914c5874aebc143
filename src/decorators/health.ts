/** `@Health`: methods of a worker that say how it is. */
import 'reflect-metadata'
import { HEALTH, HEALTH_CHECK_RULES, health } from '../application/index.js'
import { ref, type ServerClass } from '../genserver/index.js'
import { inherited, processInfo, type Rules, rules, self } from '../kernel/index.js'
import type { MethodContext, OfInstances } from './handlers.js'
import { type Handler, type HealthOptions, recordHandler } from './recorded-metadata.js'
import { ofMembers } from './standard-mode.js'
import { checkCalled, checkMethodOptions } from './usage-check.js'

const HEALTH_RULES: Rules = { ...HEALTH_CHECK_RULES, name: rules.text }

interface HealthDecorator {
  <T extends object, F extends () => unknown>(
    prototype: T & OfInstances<T>,
    method: string,
    _: TypedPropertyDescriptor<F>,
  ): void
  <T extends object, F extends () => unknown>(method: F, context: MethodContext<T>): void
}

/**
 * Makes the method a check of the system's health. Each reading of the health calls the worker, which handles one message at a
 * time, so a worker that hangs fails its check. The check passes when the method returns, unless it returns false or a
 * string, which is the reason. A throw fails the check and does not crash the worker.
 *
 * @param options `timeout`, in milliseconds, default 1,000; `kind`, `'ready'` (the default) or `'live'`; `name`
 * @example
 * ```ts
 * @Health({ timeout: 500 }) connected(): boolean | string {
 *   return this.pool.isOpen || 'no connection to the database'
 * }
 * ```
 */
export function Health(options: HealthOptions = {}, ...misplaced: never[]): HealthDecorator {
  checkCalled('Health', options, misplaced)
  return ofMembers('Health', (prototype: object, method: string) => {
    checkMethodOptions('Health', prototype, method, options, HEALTH_RULES)
    recordHandler(prototype, { kind: 'Health', method, check: options })
  })
}

/** A check of a class, and the call that asks an instance for it. */
export interface HealthCall {
  readonly call: string
  readonly method: string
  readonly options: HealthOptions
}

const CHECKS = Symbol.for('heartwood.health.checks')

/** The checks of a class and its bases. Each gets a call of its own, in which a throw is an answer. */
export function healthChecksOf(Class: ServerClass, handlers: readonly Handler[]): readonly HealthCall[] {
  const own = handlers.flatMap(({ kind, method, check: options = {} }) => {
    if (kind !== 'Health') return []
    const call = `health of ${method}`
    Object.defineProperty(Class.prototype, call, {
      configurable: true,
      async value(this: Record<string, () => unknown>): Promise<Answer> {
        try {
          return { said: await this[method]?.() }
        } catch (thrown) {
          return { thrown }
        }
      },
    })
    return [{ call, method, options }]
  })
  const inherited = (Reflect.getMetadata(CHECKS, Class) as readonly HealthCall[] | undefined) ?? []
  const all = [...own, ...inherited.filter(({ method }) => own.every((each) => each.method !== method))]
  Reflect.defineMetadata(CHECKS, all, Class)
  return all
}

type Answer = { readonly said: unknown } | { readonly thrown: unknown }

/** Adds the checks of the instance that the current process is to the health of its system, if it has one. */
export function announced<C>(instance: C, Class: ServerClass, checks: readonly HealthCall[]): C {
  if (inherited(HEALTH) === undefined) return instance
  const pid = self()
  const worker = processInfo(pid)?.registeredName ?? Class.name
  // How long an answer may take is for who asks to say.
  const calls = ref(Class, pid).with({ timeout: Number.POSITIVE_INFINITY }).call as unknown as Record<
    string,
    () => Promise<Answer>
  >
  for (const { call, method, options } of checks) {
    const { name = checks.length === 1 ? worker : `${worker}.${method}`, ...how } = options
    const ask = async (): Promise<unknown> => {
      const answer = await calls[call]?.()
      if (answer !== undefined && 'thrown' in answer) throw answer.thrown
      return answer?.said
    }
    health.check(name, ask, how)
  }
  return instance
}
