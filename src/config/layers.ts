/** The sources of settings laid over each other, and which of them each value comes from. */

import { readFile } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { valueAt } from '../genserver/index.js'
import { isError, read } from '../kernel/index.js'
import { environmentName, readEnvFile, type Variables, withoutMark } from './environment.js'
import { configError } from './errors.js'
import { jsonFault } from './json-fault.js'
import { isSection, merged, pathText, type Section, sectionWith } from './path.js'
import { Redactor } from './redactor.js'
import type { AnySettingsOptions } from './settings.js'

/** Where settings are read from. */
export interface SettingsSources {
  /** What messages call the place of `values` and `overlays`. Default `'settings'`. */
  readonly file?: string | undefined
  /** The name of the environment. Default HEARTWOOD_ENV, else NODE_ENV, else `'development'`. */
  readonly environment?: string | undefined
  /** Default `process.env`. */
  readonly variables?: Variables | undefined
  /** What relative paths count from. Default the current one. */
  readonly folder?: string | undefined
}

interface Layer {
  /** What messages call it. */
  readonly place: string
  readonly values: Section
  /** The variable that gives a key, where it is one. */
  readonly variable?: string
}

/** All sources of one reading. */
export class Layers {
  /** Lowest first. */
  readonly #layers: Layer[] = []
  /** The files that were looked for, there or not. */
  readonly files: string[] = []
  readonly #folder: string
  readonly #file: string
  /** Of the variables that are secret: a module of values may read them, too. */
  readonly #redactor: Redactor

  private constructor(
    readonly environment: string,
    private readonly options: AnySettingsOptions,
    { folder = process.cwd(), file = 'settings', variables = process.env }: SettingsSources,
  ) {
    const { env = {}, secrets = [] } = options
    const given = Object.entries(env).map(([path, name]) => sectionWith(path, variables[name ?? '']))
    this.#redactor = new Redactor(given.reduce<unknown>(merged, {}), secrets)
    this.#folder = folder
    this.#file = file
  }

  /** @throws ENVIRONMENT_UNKNOWN, ENV_FILE_INVALID, SETTINGS_FILE_INVALID */
  static async read(options: AnySettingsOptions, sources: SettingsSources): Promise<Layers> {
    const { variables = process.env } = sources
    const name = environmentName(sources.environment, variables, Object.keys(options.overlays ?? {}))
    const layers = new Layers(name, options, sources)
    await layers.#addValues(options.values, '')
    await layers.#addValues(layers.#overlay(), ` (overlay ${name})`)
    layers.#addEnvFile('')
    layers.#addEnvFile(`.${name}`)
    layers.#addVariables(variables, 'environment')
    return layers
  }

  get value(): unknown {
    return this.#layers.reduce<unknown>((below, { values }) => merged(below, values), {})
  }

  /** Where the value at a path comes from, and what it is called there. */
  originOf(path: readonly PropertyKey[], root: string): { readonly place: string; readonly key: string } {
    for (const { place, values, variable } of [...this.#layers].reverse()) {
      // The whole comes from many places, and is nobody's.
      if (path.length === 0 || valueAt(values, path) === undefined) continue
      return { place, key: variable ?? pathText(path, root) }
    }
    return { place: this.#file, key: pathText(path, root) }
  }

  #overlay(): unknown {
    const { overlays = {} } = this.options
    return Object.hasOwn(overlays, this.environment) ? overlays[this.environment] : undefined
  }

  async #addValues(values: unknown, which: string): Promise<void> {
    if (values === undefined) return
    if (isSection(values)) {
      this.#layers.push({ place: `${this.#file}${which}`, values })
      return
    }
    const path = values instanceof URL ? fileURLToPath(values) : resolve(this.#folder, String(values))
    const place = shortPath(path, this.#folder)
    this.files.push(path)
    this.#layers.push({ place, values: await contentOf(path, place, this.#redactor) })
  }

  #addEnvFile(suffix: string): void {
    const { envFile = '.env', env } = this.options
    const isNamed = this.options.envFile !== undefined
    if (envFile === false || (env === undefined && !isNamed)) return
    const path = resolve(this.#folder, `${envFile}${suffix}`)
    const place = shortPath(path, this.#folder)
    this.files.push(path)
    const variables = readEnvFile(path, place)
    if (variables === undefined && suffix === '' && isNamed) {
      throw configError('ENV_FILE_INVALID', {
        file: place,
        line: '',
        reason: 'envFile names it, and it is not there',
      })
    }
    if (variables !== undefined) this.#addVariables(variables, place)
  }

  #addVariables(variables: Variables, place: string): void {
    for (const [path, variable] of Object.entries(this.options.env ?? {})) {
      if (variable === undefined) continue
      const value = variables[variable]
      if (value !== undefined) this.#layers.push({ place, values: sectionWith(path, value), variable })
    }
  }
}

/** The content of a file of values: of JSON, or the default export of a module, read anew each time. */
async function contentOf(path: string, place: string, redactor: Redactor): Promise<Section> {
  const isModule = /\.[cm]?js$/.test(path)
  let text = ''
  let content: unknown
  try {
    text = withoutMark(await readFile(path, 'utf8'))
    content = isModule ? await freshDefault(path) : JSON.parse(text)
  } catch (error) {
    const reason = failureOf(error, isModule ? undefined : text, redactor)
    throw configError('SETTINGS_FILE_INVALID', { file: place, reason })
  }
  if (isSection(content)) return content
  const expected = isModule ? 'its default export must be an object' : 'it must hold an object'
  throw configError('SETTINGS_FILE_INVALID', { file: place, reason: expected })
}

/** Of what does not parse only the place: the words of the parser quote what stands there. */
function failureOf(error: unknown, json: string | undefined, redactor: Redactor): string {
  // Loaders that compile quote the code from the second line on.
  if (!isError(error) || read(error, 'name') !== 'SyntaxError')
    return redactor.thrown(error).replace(/\r?\n.*$/s, '')
  if (json !== undefined) return `it is not JSON: ${jsonFault(json)}`
  return 'it, or what it imports or parses, has a syntax error (node --check tells where, when it is in the file itself)'
}

async function freshDefault(path: string): Promise<unknown> {
  return ((await import(/* webpackIgnore: true */ freshUrl(path).href)) as { readonly default?: unknown })
    .default
}

/** The address of a module that is to be read again: Node keeps modules for ever, by address. */
export function freshUrl(path: string): URL {
  const url = pathToFileURL(path)
  url.searchParams.set('read', crypto.randomUUID())
  return url
}

function shortPath(path: string, folder: string): string {
  const short = relative(folder, path)
  return short.startsWith('..') || isAbsolute(short) ? path : short
}
