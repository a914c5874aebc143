/** The checks of a configuration. They find all mistakes at once, each with file, key and value. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Settings } from '../../config/index.js'
import { type HeartwoodError, type Mistake, type Rule, type Rules, rules } from '../../kernel/index.js'
import { LOG_FORMATS, LOG_LEVELS, type LogLevel, type LogOptions } from '../../logging/index.js'
import { applicationError } from '../errors.js'
import type { Application } from '../lifecycle/application.js'
import type { ClusterConfig, NodeConfig, ObserverConfig } from './config.js'
import { type CheckedConfig, type ConfigOptions, withDefaults } from './config.js'
import { problemsError } from './problems.js'
import { startOrder } from './start-order.js'
import { phaseMistakes } from './start-phases.js'

const {
  action,
  flag,
  isRecord,
  list,
  milliseconds,
  oneOf,
  optionsOf,
  orValue,
  record,
  text,
  texts,
  wholeNumber,
} = rules

/** A rule that also allows a function of the settings. */
const orFunction = (rule: Rule): Rule => ({
  ...rule,
  expected: `${rule.expected}, or a function of the settings that gives one`,
  fits: (value) => typeof value === 'function' || rule.fits(value),
})

const LOG: Rules = {
  level: oneOf(LOG_LEVELS),
  levels: {
    expected: `an object of names and levels (${LOG_LEVELS.join(', ')}), such as { 'checker:*': 'debug' }`,
    fits: (value) =>
      isRecord(value) && Object.values(value).every((level) => LOG_LEVELS.includes(level as LogLevel)),
  },
  format: oneOf(LOG_FORMATS),
  redact: texts,
  base: record,
  destination: {
    expected: 'a file descriptor, the path of a file, or something with write()',
    fits: (value) =>
      wholeNumber(0).fits(value) ||
      (typeof value === 'string' && value !== '') ||
      (isRecord(value) && typeof value.write === 'function'),
  },
}

const OBSERVER: Rules = {
  port: wholeNumber(0, 65_535),
  host: text,
  token: { ...text, secret: true },
  reading: oneOf(['open', 'token']),
  hosts: texts,
  console: flag,
}

const NODE: Rules = {
  name: {
    expected: "the name of a node, such as 'shop@10.0.0.5'",
    fits: (value) => typeof value === 'string' && /^[^\s@]+@[^\s@]+$/.test(value),
  },
  carrier: {
    expected: 'a carrier, such as erlang({ cookie }) of heartwood/erlang',
    fits: (value) => isRecord(value) && typeof value.start === 'function',
  },
}

/** What the layer of clusters checks of it has no rule here. */
const CLUSTER: Rules = {
  engine: {
    expected: 'an engine, such as local() of heartwood/cluster',
    fits: (value) => isRecord(value) && typeof value.open === 'function',
  },
  name: text,
  address: optionsOf({ host: text, port: wholeNumber(0, 65_535) }, "{ host: '10.0.0.5', port: 7000 }"),
  reachedAt: {
    ...optionsOf({ host: text, port: wholeNumber(1, 65_535) }, "{ host: 'shop-1.example', port: 7000 }"),
    expected: "a host and a port, such as { host: 'shop-1.example', port: 7000 }",
    fits: (value) => isRecord(value) && value.host !== undefined && value.port !== undefined,
  },
  tls: record,
  insecure: flag,
  messages: oneOf(['direct', 'engine']),
  lease: rules.finiteMilliseconds(500),
  timeout: rules.finiteMilliseconds(50),
  reconcile: rules.finiteMilliseconds(100),
  weight: {
    expected: 'a number greater than 0',
    fits: (value) => Number.isFinite(value) && (value as number) > 0,
  },
  labels: record,
}

const CONFIG: Rules = {
  settings: {
    expected: 'settings, made by defineSettings()',
    fits: (value) => value instanceof Settings,
  },
  applications: orFunction(list),
  contain: flag,
  bootTimeout: milliseconds,
  shutdownTimeout: milliseconds,
  drainDelay: milliseconds,
  blockingLimit: orValue(rules.finiteMilliseconds(20), Number.POSITIVE_INFINITY, 'Infinity'),
  log: orFunction({ ...optionsOf(LOG, "{ level: 'info' }"), expected: 'an object' }),
  observer: orFunction({ ...optionsOf(OBSERVER, '{ port: 4010 }'), expected: 'an object' }),
  node: orFunction({
    ...optionsOf(NODE, "{ name: 'shop@10.0.0.5', carrier }"),
    expected: 'an object with a name and a carrier',
    fits: (value) => isRecord(value) && value.name !== undefined && value.carrier !== undefined,
  }),
  cluster: orFunction({
    ...optionsOf(CLUSTER, '{ engine: local() }'),
    expected: 'an object with an engine',
    fits: (value) => isRecord(value) && value.engine !== undefined,
  }),
  watch: flag,
  privateFields: flag,
  carry: {
    expected: 'a list of stores (AsyncLocalStorage), such as [requestContext]',
    fits: (value) => Array.isArray(value) && value.every((each) => each instanceof AsyncLocalStorage),
  },
  messages: oneOf(['share', 'freeze', 'clone']),
}

const APPLICATION: Rules = {
  name: text,
  root: {
    expected: 'a child: a class, a child spec or [class, args]',
    fits: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  },
  dependencies: texts,
  type: oneOf(['permanent', 'transient', 'temporary']),
  bindings: { expected: 'given to application(), which makes a scope of them', fits: () => false },
  scope: {
    expected: 'an object that opens scopes',
    fits: (value) => isRecord(value) && typeof value.open === 'function',
  },
  startPhases: list,
  startPhase: action,
  includes: list,
  prepStop: action,
  stop: action,
  hookTimeout: milliseconds,
}

/**
 * Checks a configuration and fills in its defaults. A configuration with functions of the settings must go through `resolveConfig`
 * first. The applications in the result are in the order of their start.
 *
 * @param file the source of the configuration, for messages
 * @throws CONFIG_UNKNOWN_KEY, CONFIG_INVALID, APPLICATION_DUPLICATE, DEPENDENCY_UNKNOWN, DEPENDENCY_CYCLE; PLAN_INVALID
 *   with all of them, when there is more than one
 */
export function checkConfig(value: unknown, file = 'config'): CheckedConfig {
  checkShape(value, file)
  const { applications, log, observer, node, cluster } = value
  const functions = Object.entries({ applications, log, observer, node, cluster }).flatMap(
    ([field, part]) => {
      if (typeof part !== 'function') return []
      return [{ field, value: part, expected: field === 'applications' ? 'an array' : 'an object' }]
    },
  )
  refuse(functions, file)
  const { order, problems } = startOrder(applications as readonly Application[], file)
  if (problems.length > 0) throw problemsError(problems)
  // `refuse` above has thrown if one of them is a function.
  const parts = {
    log: (log ?? {}) as LogOptions,
    observer: observer as ObserverConfig | undefined,
    node: node as NodeConfig | undefined,
    cluster: cluster as ClusterConfig | undefined,
  }
  return { ...withDefaults(value), ...parts, applications: order }
}

/** Checks the options of the log. @throws CONFIG_UNKNOWN_KEY, CONFIG_INVALID */
export function checkLog(log: unknown, file: string): LogOptions {
  refuse(rules.mistakesIn({ log }, { log: CONFIG.log as Rule }), file)
  return (log ?? {}) as LogOptions
}

/**
 * Checks the parts of a configuration that do not depend on its settings.
 *
 * @throws the errors of `checkConfig`
 */
export function checkShape(value: unknown, file: string): asserts value is ConfigOptions {
  if (!isRecord(value)) {
    refuse([{ field: 'the default export', value, expected: 'an object, made by defineConfig' }], file)
    return
  }
  const { applications } = value
  refuse(
    [
      ...rules.mistakesIn(value, CONFIG, { required: ['applications'] }),
      ...(Array.isArray(applications) ? listMistakes(applications) : []),
      ...delayMistakes(value as unknown as ConfigOptions),
    ],
    file,
  )
}

function listMistakes(applications: readonly unknown[]): readonly Mistake[] {
  const field = 'applications'
  if (applications.length > 0)
    return applications.flatMap((each, at) => applicationMistakes(each, `${field}[${at}]`))
  return [{ field, value: applications, expected: 'an array with at least one application' }]
}

/** The mistakes in an application. @param above the applications that include it */
function applicationMistakes(
  given: unknown,
  field: string,
  above: readonly unknown[] = [],
): readonly Mistake[] {
  if (!isRecord(given)) {
    return [{ field, value: given, expected: 'an application, made by application()' }]
  }
  if (above.includes(given)) {
    return [{ field, value: 'one of those that include it', expected: 'another application', said: true }]
  }
  const needs = { above: `${field}.`, required: ['name', 'root'] }
  const mistakes = [...rules.mistakesIn(given, APPLICATION, needs)]
  const included = Array.isArray(given.includes) ? (given.includes as readonly unknown[]) : []
  for (const [at, part] of included.entries()) {
    mistakes.push(...applicationMistakes(part, `${field}.includes[${at}]`, [...above, given]))
  }
  // The phases are checked when all included applications are valid.
  if (above.length > 0 || mistakes.length > 0) return mistakes
  return phaseMistakes(given as unknown as Application, field)
}

function delayMistakes(config: ConfigOptions): readonly Mistake[] {
  const { drainDelay, shutdownTimeout } = withDefaults(config)
  if (!(drainDelay > 0) || !(drainDelay >= shutdownTimeout)) return []
  const expected = `less than shutdownTimeout (${shutdownTimeout}), which it is a part of`
  return [{ field: 'drainDelay', value: drainDelay, expected }]
}

function refuse(mistakes: readonly Mistake[], file: string): void {
  if (mistakes.length > 0) throw problemsError(mistakes.map((mistake) => errorOf(mistake, file)))
}

function errorOf({ field: key, value, expected, unknown, said }: Mistake, file: string): HeartwoodError {
  if (unknown !== undefined) {
    return applicationError('CONFIG_UNKNOWN_KEY', { file, key, suggestion: unknown, known: expected })
  }
  const shown = said === true ? value : rules.shownValue(value)
  return applicationError('CONFIG_INVALID', { file, key, expected, value: shown })
}
