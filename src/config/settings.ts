/** The description of a program's settings: their sources, their schema, and tokens by which code gets their values. */
import { inspect } from 'node:util'
import { checkText, isList, rules, showAs } from '../kernel/index.js'
import { configError } from './errors.js'
import {
  isSchema,
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
} from './schema/standard-schema.js'
import { isSection, type Partially, type Path, type PathValue, type WithSecrets } from './settings-path.js'

/** Values as an object, or the path of a JSON file, YAML file or JavaScript module with the values. */
export type Values<Input> = Partially<Input> | string | URL

/**
 * The options of `defineSettings`. A source further down in this list wins over one above it. Sections are merged key by key,
 * any other value is replaced as a whole.
 *
 * 1. defaults of the schema
 * 2. `values`
 * 3. the overlay of the environment; for several environments one after the other
 * 4. `.env`, then `.env.NAME` (NAME is the environment)
 * 5. environment variables
 * 6. `--set key=value`
 *
 * The values of 4 to 6 are texts. The schema may convert them. If it expects a number or a boolean and refuses the text, it
 * gets the number or boolean that the text spells.
 */
export interface SettingsOptions<S extends StandardSchema, P extends Path<SchemaOutput<S>> = never> {
  /** The schema of the settings: of zod, valibot, arktype, or any other library with Standard Schema. */
  readonly schema: S
  /** Values for every environment. Default none. A relative path starts at the current folder. */
  readonly values?: Values<SchemaInput<S>> | undefined
  /** Values by environment: `{ production: { port: 80 } }`. Default none. */
  readonly overlays?: Readonly<Record<string, Values<SchemaInput<S>>>> | undefined
  /** The environment variable for each key: `{ port: 'PORT', 'db.url': 'DATABASE_URL' }`. Default none. */
  readonly env?: { readonly [K in Path<SchemaInput<S>>]?: string } | undefined
  /**
   * The prefix of variables whose names give their keys: with `'SHOP'`, `SHOP__DB__POOL_SIZE` is the value of
   * `db.poolSize`. Within one source such a variable wins over one of `env`. Default none.
   */
  readonly envPrefix?: string | undefined
  /** The path of the `.env` file. The file `.env.NAME` is read too, where NAME is the environment. `false`: no file is read. Default `'.env'`. */
  readonly envFile?: string | false | undefined
  /**
   * Keys whose values are wrapped in `Secret` and never shown. Default none. For a secret in a file, as Docker and Kubernetes provide
   * it, set the variable with the suffix `_FILE` to the path: `DB_PASSWORD_FILE=/run/secrets/db`.
   */
  readonly secrets?: readonly P[] | undefined
  /**
   * What happens to keys that the schema does not know: `'refuse'`, `'warn'` or `'allow'`. Default: they are refused, except those of
   * variables found by their prefix, for which there is a warning.
   */
  readonly unknownKeys?: 'refuse' | 'warn' | 'allow' | undefined
}

declare const VALUE: unique symbol

/** A token for a setting, for injection; `T` is the type of the value. */
export type ConfigToken<T> = symbol & { readonly [VALUE]?: T }

const TOKEN = 'heartwood.config:'

/** `settings.token` carries it: compilers and bundlers give the method's class other names. */
export const GIVES_TOKEN: unique symbol = Symbol.for('heartwood.gives-token')

/** The token of a path. */
export function tokenOf(path: string): symbol {
  checkText(path, 'token()', 'the key of the setting')
  return Symbol.for(`${TOKEN}${path}`)
}

/** The path of a token; `undefined` if it is not the token of a setting. */
export function pathOfToken(token: unknown): string | undefined {
  const key = typeof token === 'symbol' ? Symbol.keyFor(token) : undefined
  return key?.startsWith(TOKEN) === true ? key.slice(TOKEN.length) : undefined
}

/** The options without their type parameters, for internal use. */
export interface AnySettingsOptions {
  readonly schema: StandardSchema
  readonly values?: unknown
  readonly overlays?: Readonly<Record<string, unknown>> | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly envPrefix?: string | undefined
  readonly envFile?: string | false | undefined
  readonly secrets?: readonly string[] | undefined
  readonly unknownKeys?: 'refuse' | 'warn' | 'allow' | undefined
}

/** The text that a `Settings` object is shown as: its options may contain secrets. */
const TEXT = '[settings]'
const SHOWN = Symbol('heartwood.settings')
showAs(SHOWN, TEXT)

/** A description of settings, made by `defineSettings`. `T` is the type of the validated value. */
export class Settings<T> {
  declare readonly [VALUE]?: T

  static {
    Object.defineProperty(Settings.prototype, SHOWN, { value: true })
    Object.defineProperty(Settings.prototype.token, GIVES_TOKEN, { value: true })
  }

  constructor(readonly options: AnySettingsOptions) {}

  toJSON(): string {
    return TEXT
  }

  [inspect.custom](): string {
    return TEXT
  }

  /**
   * The token of a setting, of a section, or, without a path, of all settings: for `@inject(token)` and
   * `setting(token)`.
   *
   * @example
   * ```ts
   * constructor(@inject(settings.token('db.url')) private readonly url: Secret<string>) {}
   * ```
   */
  token(): ConfigToken<T>
  token<P extends Path<T>>(path: P): ConfigToken<PathValue<T, P>>
  token(path = ''): symbol {
    return tokenOf(path)
  }
}

/** The type of the validated value of settings. */
export type SettingsOf<S> = S extends Settings<infer T> ? T : never

/**
 * Describes the settings of a program, for `defineConfig({ settings })`. Nothing is read here: `heartwood start`,
 * `heartwood check`, `loadConfig` and `boot` do that. Elixir's `config/runtime.exs`, with a schema.
 *
 * @throws SETTINGS_OPTION_INVALID
 * @example
 * ```ts
 * export const settings = defineSettings({
 *   schema: z.object({ port: z.coerce.number().default(4000), db: z.object({ url: z.url() }) }),
 *   env: { port: 'PORT', 'db.url': 'DATABASE_URL' },
 *   secrets: ['db.url'],
 * })
 * ```
 */
export function defineSettings<S extends StandardSchema, const P extends Path<SchemaOutput<S>> = never>(
  options: SettingsOptions<S, P>,
): Settings<WithSecrets<SchemaOutput<S>, P>> {
  checkOptions(options)
  return new Settings(options as AnySettingsOptions)
}

interface Rule {
  readonly expected: string
  readonly fits: (value: unknown) => boolean
}

const isValues = (value: unknown): boolean =>
  isSection(value) || typeof value === 'string' || value instanceof URL

const OPTIONS: Record<string, Rule> = {
  schema: { expected: 'a schema of a library that implements Standard Schema', fits: isSchema },
  values: { expected: 'an object, or the path of a file', fits: isValues },
  overlays: {
    expected: 'an object of environments, each with an object or the path of a file',
    fits: (value) => isSection(value) && Object.values(value).every(isValues),
  },
  env: {
    expected: 'an object of names of environment variables by key, such as { port: "PORT" }',
    fits: (value) =>
      isSection(value) && Object.values(value).every((name) => typeof name === 'string' && name !== ''),
  },
  envPrefix: {
    expected:
      'the beginning of names of environment variables, without the underscores behind it, such as "SHOP"',
    fits: (value) => typeof value === 'string' && /^[a-z_]\w*$/i.test(value) && !value.endsWith('_'),
  },
  envFile: {
    expected: 'the path of a file, or false',
    fits: (value) => value === false || (typeof value === 'string' && value !== ''),
  },
  secrets: {
    expected: 'a list of keys, such as ["db.url"]',
    fits: (value) =>
      Array.isArray(value) && value.every((path: unknown) => typeof path === 'string' && path !== ''),
  },
  unknownKeys: rules.oneOf(['refuse', 'warn', 'allow']),
}

function checkOptions(options: unknown): void {
  if (!isSection(options)) throw wrong('its argument', 'an object', options)
  if (options.schema === undefined) throw wrong('schema', (OPTIONS.schema as Rule).expected, undefined)
  const known = Object.keys(OPTIONS)
  for (const key of Object.keys(options)) {
    const rule = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined
    if (rule === undefined) {
      throw wrong(
        `"${key}"`,
        `one of its options (${known.join(', ')})${rules.suggestion(key, known)}`,
        options[key],
      )
    }
    if (options[key] !== undefined && !rule.fits(options[key])) throw wrong(key, rule.expected, options[key])
  }
}

/** The error for a wrong option. It shows only the type of the value, which may be a secret. */
function wrong(option: string, expected: string, value: unknown): Error {
  const kind = value === null ? 'null' : isList(value) ? 'an array' : typeof value
  return configError('SETTINGS_OPTION_INVALID', { option, expected, value: kind })
}
