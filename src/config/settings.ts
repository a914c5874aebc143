/** Settings of a program: where they come from, what they must be, and how the parts of it ask for them. */
import { inspect } from 'node:util'
import { checkText, rules, showAs } from '../kernel/index.js'
import { configError } from './errors.js'
import {
  isSchema,
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
} from './schema/standard-schema.js'
import { isSection, type Partially, type Path, type PathValue, type WithSecrets } from './settings-path.js'

/** Values as they stand in the code, or the path of a JSON file, a YAML file or a JavaScript module that has them. */
export type Values<Input> = Partially<Input> | string | URL

/**
 * What `defineSettings` takes. Of two sources the one further down in this list wins; sections are merged key by key,
 * all else is replaced as a whole.
 *
 * 1. defaults of the schema
 * 2. `values`
 * 3. the overlay of the environment; of several environments one after the other
 * 4. `.env`, then `.env.NAME` (NAME is the environment)
 * 5. environment variables
 * 6. `--set key=value`
 *
 * Texts, which 4 to 6 give, are for the schema to convert. Where it wants a number or a boolean and refuses the text, it
 * gets the one that the text spells.
 */
export interface SettingsOptions<S extends StandardSchema, P extends Path<SchemaOutput<S>> = never> {
  /** What the settings must be: a schema of zod, valibot, arktype, or any other library with Standard Schema. */
  readonly schema: S
  /** Values for every environment. Default none. A path counts from the current folder. */
  readonly values?: Values<SchemaInput<S>> | undefined
  /** Values by environment: `{ production: { port: 80 } }`. Default none. */
  readonly overlays?: Readonly<Record<string, Values<SchemaInput<S>>>> | undefined
  /** Which environment variable gives which key: `{ port: 'PORT', 'db.url': 'DATABASE_URL' }`. Default none. */
  readonly env?: { readonly [K in Path<SchemaInput<S>>]?: string } | undefined
  /**
   * What the names of variables begin with that give keys without a table: with `'SHOP'`, `SHOP__DB__POOL_SIZE` gives
   * `db.poolSize`. Where one source has both, they count more than those of `env`. Default none.
   */
  readonly envPrefix?: string | undefined
  /** The `.env` file; `.env.NAME` is the same with the environment's name behind. False for neither. Default `'.env'`. */
  readonly envFile?: string | false | undefined
  /**
   * Keys whose values are handed out as `Secret`s, and never shown. Default none. What stands in a file, as Docker and
   * Kubernetes have it, is named by the variable with `_FILE` behind: `DB_PASSWORD_FILE=/run/secrets/db`.
   */
  readonly secrets?: readonly P[] | undefined
  /**
   * What becomes of keys that the schema does not know: `'refuse'`, `'warn'` or `'allow'`. Default: refused, save those of
   * variables that were found by their prefix, of which a warning tells.
   */
  readonly unknownKeys?: 'refuse' | 'warn' | 'allow' | undefined
}

declare const VALUE: unique symbol

/** Stands for a setting where something is to be injected; `T` is the type of its value. */
export type ConfigToken<T> = symbol & { readonly [VALUE]?: T }

const TOKEN = 'heartwood.config:'

/** The token of a path. */
export function tokenOf(path: string): symbol {
  checkText(path, 'token()', 'the key of the setting')
  return Symbol.for(`${TOKEN}${path}`)
}

/** The path that a token stands for; undefined when it is no setting's. */
export function pathOfToken(token: unknown): string | undefined {
  const key = typeof token === 'symbol' ? Symbol.keyFor(token) : undefined
  return key?.startsWith(TOKEN) === true ? key.slice(TOKEN.length) : undefined
}

/** Options whose types no longer matter. */
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

/** What settings are shown as: among the values in them there may be secrets. */
const TEXT = '[settings]'
const SHOWN = Symbol('heartwood.settings')
showAs(SHOWN, TEXT)

/** Described settings; made by `defineSettings`. `T` is the type of the validated value. */
export class Settings<T> {
  declare readonly [VALUE]?: T

  static {
    Object.defineProperty(Settings.prototype, SHOWN, { value: true })
  }

  constructor(readonly options: AnySettingsOptions) {}

  toJSON(): string {
    return TEXT
  }

  [inspect.custom](): string {
    return TEXT
  }

  /**
   * The token of one setting, of a section, or, without a path, of all of them: for `@inject(token)` and
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

/** The type of described settings, once they are checked. */
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

/** Only what kind of value came: it may be a secret. */
function wrong(option: string, expected: string, value: unknown): Error {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
  return configError('SETTINGS_OPTION_INVALID', { option, expected, value: kind })
}
