/** `@Pool`: classes that say what the members of a pool are, built with injection. */
import { COPY } from '../application/index.js'
import type { ServerClass } from '../genserver/index.js'
import type { Rules } from '../kernel/index.js'
import {
  optionsOfClass,
  POOL_LIMIT_RULES,
  POOL_NAME,
  type PoolLimits,
  type PoolOptions,
  plannedPool,
  poolSpec,
} from '../supervisor/index.js'
import { currentScope } from './injection/container-scopes.js'
import { recordRole } from './recorded-metadata.js'
import type { ClassContext } from './standard-mode.js'
import {
  childOf,
  decorateSupervisor,
  flagsOf,
  openScope,
  SUPERVISED_RULES,
  type Supervised,
} from './supervisor.js'
import { checkCalled, checkOptions, decorating, isWithheld } from './usage-check.js'

/** The options of a pool class: its supervision, and the limits of its pool. */
export interface PoolClassOptions extends Supervised, PoolLimits {}

const POOL_CLASS_RULES: Rules = { ...POOL_LIMIT_RULES, ...SUPERVISED_RULES }

/**
 * Makes a class a pool. For resources it has a method `open` and, as needed, `close`, `reset`, `check`, `lend` and
 * `info`. For workers it has a method `worker`, which returns the child that each member runs. Heartwood makes an instance in the pool's own scope at each
 * start of the pool, so its constructor gets injected objects. `poolRef(Class)` borrows members.
 *
 * @param options limits of the pool (`size`, `overflow`, `lazy`, `queue` …), and fields of its child spec. `name` is the name of the pool;
 *   default the name of the class.
 * @throws DECORATOR_OPTION_INVALID; DECORATED_TWICE
 * @example
 * ```ts
 * @Pool({ size: 5 })
 * class Db {
 *   constructor(@inject(DatabaseUrl) private readonly url: string) {}
 *   open(): Promise<Client> { return connect(this.url) }
 *   close(client: Client): Promise<void> { return client.end() }
 * }
 * const rows = await poolRef(Db).run((client) => client.query('select 1'))
 * ```
 */
export function Pool(options: PoolClassOptions = {}, ...misplaced: never[]) {
  checkCalled('Pool', options, misplaced)
  return (Class: ServerClass, context?: ClassContext): void => {
    decorating(Class, () => {
      recordRole(Class, '@Pool', context)
      checkOptions('Pool', Class.name, options, POOL_CLASS_RULES)
      if (isWithheld(Class)) return
      const name = options.name ?? Class.name
      const limits = flagsOf(options) as PoolLimits
      Object.defineProperty(Class, POOL_NAME, { configurable: true, value: name })
      const partsOf: Parameters<typeof decorateSupervisor>[2] = (id, _args, scopes) => {
        const init = async (): Promise<PoolOptions<unknown>> => {
          if (scopes !== undefined) openScope(id, scopes)
          const instance = await currentScope().build(Class)
          return optionsOfClass(limits, instance) as PoolOptions<unknown>
        }
        const spec = poolSpec(id, init, { ...childOf(options), name })
        return { spec, planned: () => ({ copy: COPY, supervises: plannedPool(name) }) }
      }
      decorateSupervisor(Class, options, partsOf, Class)
    })
  }
}
