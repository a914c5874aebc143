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

/** An application, and what its tree can have injected. */
export interface ApplicationOptions extends Omit<PlainOptions, 'scope'> {
  /**
   * What everything in the application can have injected, and in one that includes it; supervisors may bind more for
   * what is below them.
   */
  readonly bindings?: Bindings | undefined
}

/** The same, where the compiler compares what the root is given with what its `init` takes. */
interface CheckedRoot<Root extends Child> extends Omit<ApplicationOptions, 'root'> {
  readonly root: Root & NoInfer<Fitting<Root>>
}

/**
 * An application: a tree with a name, that is started after the applications it depends on and stopped before them.
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
 * The same configuration with some bindings, settings among them, put in place of what the applications and their
 * supervisors bind, or of nothing: how a test gives a whole program another store or another clock. Of several such
 * calls the last one counts.
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
