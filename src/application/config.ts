/** The configuration of a program: what it is made of, and the checks that name the file, the key and the value. */
import { type AnySettingsOptions, Settings, suggestion } from '../config/index.js'
import type { Awaitable } from '../genserver/index.js'
import { LOG_FORMATS, LOG_LEVELS, type LogLevel, type LogOptions } from '../logging/index.js'
import type { Application } from './application.js'
import type { ObserverConfig } from './companion.js'
import { applicationError } from './errors.js'
import { startOrder } from './order.js'
import { checkPhases } from './phases.js'

/** A configuration as it is written; of its settings only `defineConfig` knows the type. */
export interface ConfigOptions {
  /** What the program is told from outside; made by `defineSettings`. Default none. */
  readonly settings?: { readonly options: AnySettingsOptions } | undefined
  /** What runs; or what makes it of the settings. */
  readonly applications: readonly Application[] | ((settings: never) => Awaitable<readonly Application[]>)
  /**
   * Whether an uncaught exception or unhandled rejection becomes the exit reason of the process it comes from,
   * instead of ending the program. Default true.
   */
  readonly contain?: boolean | undefined
  /** Milliseconds that starting everything may take before the start is given up. Default 60,000. */
  readonly bootTimeout?: number | undefined
  /** Milliseconds that stopping everything may take before what is left is killed. Default 25,000. */
  readonly shutdownTimeout?: number | undefined
  /**
   * Milliseconds between the order to stop, when the system says that it is not ready any more, and the stop of the
   * first application: time for load balancers to notice. Part of `shutdownTimeout`. Default 0.
   */
  readonly drainDelay?: number | undefined
  /**
   * Milliseconds that code may block the event loop before the log names it; Infinity for no such watch. Default 250.
   */
  readonly blockingLimit?: number | undefined
  /** How the log is written; or what makes that of the settings. */
  readonly log?: LogOptions | ((settings: never) => LogOptions) | undefined
  /**
   * Whether the config module, the files of its settings and the `.env` files are watched: what changes in them reaches
   * the running workers, without a restart. Default false.
   */
  readonly watch?: boolean | undefined
  /**
   * Has an observer run beside the applications: a page and an API to look into the program; or what makes that of the
   * settings. Default none.
   */
  readonly observer?: ObserverConfig | ((settings: never) => ObserverConfig | undefined) | undefined
  /** What messages share with their sender: `'share'`, `'freeze'` or `'clone'`. Default `'share'`. */
  readonly messages?: 'share' | 'freeze' | 'clone' | undefined
}

/** What `defineConfig` takes; `S` is the type of the settings, once they are checked. */
export interface TypedConfigOptions<S> extends ConfigOptions {
  readonly settings?: Settings<S> | undefined
  readonly applications: readonly Application[] | ((settings: S) => Awaitable<readonly Application[]>)
  readonly log?: LogOptions | ((settings: S) => LogOptions) | undefined
  readonly observer?: ObserverConfig | ((settings: S) => ObserverConfig | undefined) | undefined
}

/** A configuration with every default filled in. */
export interface Config extends ConfigOptions {
  readonly contain: boolean
  readonly bootTimeout: number
  readonly shutdownTimeout: number
  readonly drainDelay: number
  readonly blockingLimit: number
  readonly log: LogOptions | ((settings: never) => LogOptions)
  readonly messages: 'share' | 'freeze' | 'clone'
  readonly watch: boolean
}

/** A configuration that was checked: nothing in it depends on settings any more. */
export interface CheckedConfig extends Config {
  /** In the order of their start. */
  readonly applications: readonly Application[]
  readonly log: LogOptions
  readonly observer: ObserverConfig | undefined
}

/**
 * The configuration of a program, for the default export of its config module. `heartwood start` runs it, and `boot`
 * does from code.
 *
 * @example
 * export default defineConfig({
 *   applications: [application({ name: 'clock', root: Clock })],
 *   shutdownTimeout: 10_000,
 *   log: { level: 'debug' },
 * })
 */
export function defineConfig<S = undefined>(options: TypedConfigOptions<S>): Config
export function defineConfig(options: ConfigOptions): Config
export function defineConfig(options: ConfigOptions): Config {
  // What is wrong with it is found by `checkConfig`, which knows the file.
  if (typeof options !== 'object' || options === null) return options
  return withDefaults(options)
}

function withDefaults<C extends ConfigOptions>(options: C) {
  return {
    ...options,
    contain: options.contain ?? true,
    bootTimeout: options.bootTimeout ?? 60_000,
    shutdownTimeout: options.shutdownTimeout ?? 25_000,
    drainDelay: options.drainDelay ?? 0,
    blockingLimit: options.blockingLimit ?? 250,
    log: options.log ?? {},
    messages: options.messages ?? ('share' as const),
    watch: options.watch ?? false,
  }
}

interface Rule {
  readonly expected: string
  readonly fits: (value: unknown) => boolean
}

const text: Rule = {
  expected: 'a non-empty string',
  fits: (value) => typeof value === 'string' && value !== '',
}
const flag: Rule = { expected: 'true or false', fits: (value) => typeof value === 'boolean' }
const milliseconds: Rule = {
  expected: 'milliseconds from 0, or Infinity',
  fits: (value) => typeof value === 'number' && value >= 0,
}
const someMilliseconds: Rule = {
  expected: 'milliseconds from 20, or Infinity',
  fits: (value) => typeof value === 'number' && value >= 20,
}
const texts: Rule = {
  expected: 'an array of strings',
  fits: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
}
const list: Rule = { expected: 'an array', fits: Array.isArray }
const listOrFunction: Rule = {
  expected: 'an array, or a function of the settings that gives one',
  fits: (value) => Array.isArray(value) || typeof value === 'function',
}
const recordOrFunction: Rule = {
  expected: 'an object, or a function of the settings that gives one',
  fits: (value) => isRecord(value) || typeof value === 'function',
}
const described: Rule = {
  expected: 'settings, made by defineSettings()',
  fits: (value) => value instanceof Settings,
}
const record: Rule = { expected: 'an object', fits: isRecord }
const action: Rule = { expected: 'a function', fits: (value) => typeof value === 'function' }
const something: Rule = { expected: 'a child: a class, a child spec or [class, args]', fits: isChild }
const destination: Rule = {
  expected: 'a file descriptor or something with write()',
  fits: (value) => Number.isInteger(value) || (isRecord(value) && 'write' in value),
}
const oneOf = (words: readonly string[]): Rule => ({
  expected: words.map((word) => `'${word}'`).join(', '),
  fits: (value) => words.includes(value as string),
})

const CONFIG: Record<string, Rule> = {
  settings: described,
  applications: listOrFunction,
  contain: flag,
  bootTimeout: milliseconds,
  shutdownTimeout: milliseconds,
  drainDelay: milliseconds,
  blockingLimit: someMilliseconds,
  log: recordOrFunction,
  observer: recordOrFunction,
  watch: flag,
  messages: oneOf(['share', 'freeze', 'clone']),
}

const LOG: Record<string, Rule> = {
  level: oneOf(LOG_LEVELS),
  levels: {
    expected: `an object of names and levels (${LOG_LEVELS.join(', ')}), such as { 'checker:*': 'debug' }`,
    fits: (value) =>
      isRecord(value) && Object.values(value).every((level) => LOG_LEVELS.includes(level as LogLevel)),
  },
  format: oneOf(LOG_FORMATS),
  redact: texts,
  base: record,
  destination,
}

const OBSERVER: Record<string, Rule> = {
  port: {
    expected: 'a whole number from 0 to 65535',
    fits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  },
  host: text,
  token: text,
  reading: oneOf(['open', 'token']),
  hosts: texts,
}

const APPLICATION: Record<string, Rule> = {
  name: text,
  root: something,
  dependencies: texts,
  type: oneOf(['permanent', 'transient', 'temporary']),
  scope: record,
  startPhases: list,
  startPhase: action,
  includes: list,
  prepStop: action,
  stop: action,
  hookTimeout: milliseconds,
}

/**
 * Checks a configuration whose applications are listed, and gives it with defaults; one that depends on settings is for
 * `resolveConfig`. Applications come out in the order of their start.
 *
 * @param file what messages call the place it comes from
 * @throws CONFIG_UNKNOWN_KEY, CONFIG_INVALID, APPLICATION_DUPLICATE, DEPENDENCY_UNKNOWN, DEPENDENCY_CYCLE
 */
export function checkConfig(value: unknown, file = 'config'): CheckedConfig {
  checkShape(value, file)
  const { applications } = value
  const log = checkLog(value.log, file)
  const observer = checkObserver(value.observer, file)
  if (!Array.isArray(applications)) throw invalid(file, 'applications', 'an array', applications)
  if (applications.length === 0)
    throw invalid(file, 'applications', 'an array with at least one application', applications)
  applications.forEach((each: unknown, at) => {
    const key = `applications[${at}]`
    if (!isRecord(each)) throw invalid(file, key, 'an application, made by application()', each)
    checkKeys(each, APPLICATION, file, `${key}.`)
    for (const needed of ['name', 'root'] as const) {
      const rule = APPLICATION[needed] as Rule
      if (each[needed] === undefined) throw invalid(file, `${key}.${needed}`, rule.expected, undefined)
    }
    checkPhases(each as unknown as Application, file, key)
  })
  const config = { ...withDefaults(value), log, observer }
  const { drainDelay, shutdownTimeout } = config
  if (drainDelay > 0 && drainDelay >= shutdownTimeout) {
    const expected = `less than shutdownTimeout (${shutdownTimeout}), which it is a part of`
    throw invalid(file, 'drainDelay', expected, drainDelay)
  }
  return { ...config, applications: startOrder(applications, file) }
}

/** Checks how the log is to be written. @throws CONFIG_UNKNOWN_KEY, CONFIG_INVALID */
export function checkLog(log: unknown, file: string): LogOptions {
  if (log === undefined) return {}
  if (!isRecord(log)) throw invalid(file, 'log', 'an object', log)
  checkKeys(log, LOG, file, 'log.')
  return log
}

function checkObserver(observer: unknown, file: string): ObserverConfig | undefined {
  if (observer === undefined) return undefined
  if (!isRecord(observer)) throw invalid(file, 'observer', 'an object', observer)
  checkKeys(observer, OBSERVER, file, 'observer.')
  return observer
}

/** Checks what can be said of a configuration before its settings are read. */
export function checkShape(value: unknown, file: string): asserts value is ConfigOptions {
  if (!isRecord(value)) throw invalid(file, 'the default export', 'an object, made by defineConfig', value)
  checkKeys(value, CONFIG, file, '')
  if (value.applications === undefined) {
    throw invalid(file, 'applications', listOrFunction.expected, undefined)
  }
}

function checkKeys(
  value: Record<string, unknown>,
  rules: Record<string, Rule>,
  file: string,
  prefix: string,
): void {
  const known = Object.keys(rules)
  for (const key of Object.keys(value)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
    if (rule === undefined) {
      const details = {
        file,
        key: `${prefix}${key}`,
        suggestion: suggestion(key, known),
        known: known.join(', '),
      }
      throw applicationError('CONFIG_UNKNOWN_KEY', details)
    }
    const held = value[key]
    if (held !== undefined && !rule.fits(held)) throw invalid(file, `${prefix}${key}`, rule.expected, held)
  }
}

function invalid(file: string, key: string, expected: string, value: unknown): Error {
  return applicationError('CONFIG_INVALID', { file, key, expected, value: shown(value) })
}

function shown(value: unknown): unknown {
  if (typeof value === 'function') return `the function ${value.name}`
  return typeof value === 'string' ? `"${value}"` : value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isChild(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}
