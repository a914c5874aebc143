/** Applications with bindings: the application layer's, plus a container for each. */
import {
  type Application,
  type Config,
  type ConfigOptions,
  defineConfig,
  type ApplicationOptions as PlainOptions,
  application as plainApplication,
} from '../application/index.js'
import { errorsOf, KERNEL_ERRORS, rules } from '../kernel/index.js'
import type { Child, Fitting } from '../supervisor/index.js'
import type { Bindings } from './injection/bindings.js'
import { ContainerScopes } from './injection/container-scopes.js'

/** The options of an application, with its bindings. */
export interface ApplicationOptions extends Omit<PlainOptions, 'scope'> {
  /**
   * The bindings for all workers of the application, and of an application that includes it. Supervisors can bind more for the
   * workers below them.
   */
  readonly bindings?: Bindings | undefined
}

/** The same, where the compiler compares what the root is given with what its `init` takes. */
interface CheckedRoot<Root extends Child> extends Omit<ApplicationOptions, 'root'> {
  readonly root: Root & NoInfer<Fitting<Root>>
}

/**
 * Makes an application: a named tree that starts after the applications that it depends on, and stops before them.
 * OTP's application.
 *
 * @example
 * ```ts
 * application({
 *   name: 'pulse',
 *   root: Root,
 *   bindings: (bind) => bind(Store).to(SqliteStore),
 * })
 * ```
 */
export function application<const Root extends Child>(input: CheckedRoot<Root>): Application {
  if (!rules.isRecord(input)) throw noObject(input)
  const { bindings, ...options } = input
  const included = Array.isArray(options.includes) ? (options.includes as readonly Application[]) : []
  const all = [bindings, ...included.map((each) => scopesOf(each)?.bindings)].filter(
    (each) => each !== undefined,
  )
  return plainApplication({ ...options, scope: new ContainerScopes(all.length === 0 ? undefined : all) })
}

function noObject(value: unknown): Error {
  const details = {
    action: 'application',
    option: 'its argument',
    value,
    expected: 'an object with a name and a root',
  }
  return errorsOf(KERNEL_ERRORS)('BAD_OPTION', details)
}

/** What an application binds, if it was made here. */
function scopesOf(application: Application | undefined): ContainerScopes | undefined {
  return application?.scope instanceof ContainerScopes ? application.scope : undefined
}

/**
 * Returns the configuration with some bindings or settings replaced, for tests: another store, another clock. The new bindings take the place of
 * those of applications and supervisors, or of none. If several calls bind the same token, the last call counts.
 *
 * @example
 * ```ts
 * const system = await boot(
 *   overrideBindings(config, (bind) => {
 *     bind(Store).toConstantValue(new MemoryStore())
 *     bind(settings.token('db.pool')).toConstantValue(1)
 *   }),
 * )
 * ```
 */
export function overrideBindings(config: ConfigOptions, overrides: Bindings): Config {
  // What is wrong with a configuration is found where it is checked, which knows the file.
  if (typeof config !== 'object' || config === null) return defineConfig(config)
  const { applications: written } = config
  const overridden = (applications: readonly Application[]): readonly Application[] => {
    if (!Array.isArray(applications)) return applications
    return applications.map((each: Application) => {
      if (typeof each !== 'object' || each === null) return each
      const { bindings, overrides: before = [] } = scopesOf(each) ?? {}
      return plainApplication({ ...each, scope: new ContainerScopes(bindings, [...before, overrides]) })
    })
  }
  const applications =
    typeof written === 'function'
      ? async (settings: never) => overridden(await written(settings))
      : overridden(written)
  return defineConfig({ ...config, applications })
}
