/** The sources of settings laid over each other, and which of them each value comes from. */

import { isAbsolute, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { valueAt } from '../../genserver/index.js'
import { namesOf } from '../../kernel/index.js'
import { configError } from '../errors.js'
import { Redactor } from '../redactor.js'
import { Shape } from '../schema/schema-shape.js'
import type { AnySettingsOptions } from '../settings.js'
import { isSection, merged, pathText, sectionAt } from '../settings-path.js'
import type { Variables } from './env-file-text.js'
import { type KnownKeys, VariableReader, type VariableSource } from './env-variables.js'
import { environmentNames, readEnvFile, unreadable } from './environment.js'
import type { Layer, SettingOrigin } from './settings-source.js'
import { isThere } from './source-file.js'
import { valuesOf } from './values-file.js'

/** Where settings are read from. */
export interface SettingsSources {
  /** What messages call the place of `values` and `overlays`. Default `'settings'`. */
  readonly file?: string | undefined
  /**
   * The name of the environment; several have commas between them, and a later one counts more. Default HEARTWOOD_ENV, else
   * NODE_ENV, else `'development'`.
   */
  readonly environment?: string | undefined
  /** Default `process.env`. */
  readonly variables?: Variables | undefined
  /** Values by key that count more than all others, as `--set db.pool=5` gives them: `{ 'db.pool': '5' }`. Default none. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined
  /** What relative paths count from. Default the current one. */
  readonly folder?: string | undefined
  /** Gives the reading up, with its reason. Default none. */
  readonly signal?: AbortSignal | undefined
}

/** The names of `SettingsSources`. */
export const SETTINGS_SOURCES = namesOf<SettingsSources>({
  file: true,
  environment: true,
  variables: true,
  overrides: true,
  folder: true,
  signal: true,
})

/** All sources of one reading. */
export class Layers {
  /** Lowest first. */
  readonly #layers: Layer[] = []
  readonly #files: string[] = []
  readonly #folder: string
  readonly #file: string
  readonly #signal: AbortSignal | undefined
  readonly #variables: VariableReader
  /** What the schema says of its keys, where it does. */
  readonly shape: Shape | undefined

  private constructor(
    private readonly options: AnySettingsOptions,
    { folder = process.cwd(), file = 'settings', signal }: SettingsSources,
  ) {
    this.#folder = folder
    this.#file = file
    this.#signal = signal
    this.#variables = new VariableReader(options, folder, signal)
    this.shape = Shape.ofInput(options.schema)
  }

  /**
   * @throws ENVIRONMENT_UNKNOWN, ENV_FILE_INVALID, SECRET_FILE_INVALID, SETTINGS_FILE_INVALID, SETTINGS_PARSER_MISSING,
   *   SETTINGS_INVALID
   */
  static async read(
    options: AnySettingsOptions,
    sources: SettingsSources,
  ): Promise<{ readonly layers: Layers; readonly environment: string }> {
    const { variables = process.env, overrides = {} } = sources
    const layers = new Layers(options, sources)
    const names = await layers.#names(sources)
    const given: VariableSource[] = []
    for (const suffix of ['', ...names.map((name) => `.${name}`)]) {
      const found = await layers.#envFile(suffix)
      if (found !== undefined) given.push(found)
    }
    given.push({ place: 'environment', from: 'variable', variables })
    const flags = Object.entries(overrides).map(([path, value]): Layer => {
      return { place: '--set', from: 'flag', values: sectionAt(path.split('.'), value) }
    })
    // A module of values may read the variables that are secret, too.
    const early: Layer[] = []
    for (const each of given) early.push(...(await layers.#variables.layers(each, layers.#known)))
    const redactor = new Redactor(laidOver([...early, ...flags]), options.secrets)
    await layers.#addValues(options.values, '', 'file', redactor)
    for (const name of names)
      await layers.#addValues(layers.#overlay(name), ` (overlay ${name})`, 'profile', redactor)
    for (const each of given) layers.#layers.push(...(await layers.#variables.layers(each, layers.#known)))
    layers.#layers.push(...flags)
    return { layers, environment: names.join(',') }
  }

  /** Whether there is such an environment. @throws ENVIRONMENT_UNKNOWN */
  static async check(options: AnySettingsOptions, sources: SettingsSources): Promise<void> {
    await new Layers(options, sources).#names(sources)
  }

  /** Lowest first. */
  get all(): readonly Layer[] {
    return this.#layers
  }

  /** The files that were looked for, there or not. */
  get files(): readonly string[] {
    return [...this.#files, ...this.#variables.files]
  }

  /** All of them, one over the other; without some. */
  value(without: ReadonlySet<Layer> = new Set()): unknown {
    return laidOver(this.#layers.filter((layer) => !without.has(layer)))
  }

  /** The variable that could give a key. */
  nameOf(path: readonly PropertyKey[]): string | undefined {
    return this.#variables.nameOf(path)
  }

  /** How a variable could give a key. */
  hintOf(path: readonly PropertyKey[]): string | undefined {
    return this.#variables.hintOf(path, this.shape?.keysAt(path.map(String))[0])
  }

  /** The source of the value at a path, or of what it was made of. */
  layerOf(path: readonly PropertyKey[]): Layer | undefined {
    return this.#layers.findLast(({ values }) => {
      for (let end = 1; end <= path.length; end++) {
        const held = valueAt(values, path.slice(0, end))
        if (!isSection(held)) return held !== undefined
      }
      return path.length > 0
    })
  }

  /** The source of a value in force. */
  origin(path: readonly string[]): SettingOrigin {
    const layer = this.layerOf(path)
    if (layer !== undefined) {
      const { from, place, variable } = layer
      return { path, from, place, ...(variable === undefined ? undefined : { variable }) }
    }
    const isTaken = this.shape?.allows(path.slice(0, -1), path.at(-1) ?? '') ?? true
    return { path, from: 'schema', place: isTaken ? 'default of the schema' : 'made by the schema' }
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

  /** The keys that the schema or another option names in the section at a path. */
  keysAt(path: readonly string[]): readonly string[] {
    const { env = {}, secrets = [] } = this.options
    const listed = [...Object.keys(env), ...secrets].map((key) => sectionAt(key.split('.'), true))
    const section = valueAt(listed.reduce<unknown>(merged, {}), path)
    return [...(this.shape?.keysAt(path) ?? []), ...(isSection(section) ? Object.keys(section) : [])]
  }

  /** The same, and those that stand somewhere. */
  readonly #known: KnownKeys = (path) => {
    const section = valueAt(laidOver(this.#layers), path)
    return [...this.keysAt(path), ...(isSection(section) ? Object.keys(section) : [])]
  }

  #names({ environment, variables = process.env }: SettingsSources): Promise<readonly string[]> {
    return environmentNames(environment, variables, {
      overlays: Object.keys(this.options.overlays ?? {}),
      envFile: this.#readsEnvFiles ? (name) => this.#profileFile(name) : undefined,
    })
  }

  #overlay(name: string): unknown {
    const { overlays = {} } = this.options
    return Object.hasOwn(overlays, name) ? overlays[name] : undefined
  }

  async #addValues(
    values: unknown,
    which: string,
    from: 'file' | 'profile',
    redactor: Redactor,
  ): Promise<void> {
    if (values === undefined) return
    if (isSection(values)) {
      this.#layers.push({ place: `${this.#file}${which}`, from, values })
      return
    }
    const path = values instanceof URL ? fileURLToPath(values) : resolve(this.#folder, String(values))
    const place = shortPath(path, this.#folder)
    this.#files.push(path)
    this.#layers.push({ place, from, values: await valuesOf(path, place, redactor, this.#signal) })
  }

  get #readsEnvFiles(): boolean {
    const { env, envFile, envPrefix } = this.options
    return envFile !== false && [env, envFile, envPrefix].some((option) => option !== undefined)
  }

  async #envFile(suffix: string): Promise<VariableSource | undefined> {
    if (!this.#readsEnvFiles) return undefined
    const { path, place } = this.#envFileAt(suffix)
    this.#files.push(path)
    const variables = await readEnvFile(path, place, this.#signal)
    if (variables === undefined && suffix === '' && this.options.envFile !== undefined) {
      throw configError('ENV_FILE_INVALID', {
        file: place,
        line: '',
        reason: 'envFile names it, and it is not there',
      })
    }
    return variables === undefined ? undefined : { place, from: '.env', variables }
  }

  async #profileFile(name: string): Promise<{ readonly file: string; readonly isThere: boolean }> {
    const { path, place } = this.#envFileAt(`.${name}`)
    try {
      return { file: place, isThere: await isThere(path, this.#signal) }
    } catch (error) {
      this.#signal?.throwIfAborted()
      throw unreadable(place, error)
    }
  }

  #envFileAt(suffix: string): { readonly path: string; readonly place: string } {
    const { envFile = '.env' } = this.options
    const path = resolve(this.#folder, `${envFile || '.env'}${suffix}`)
    return { path, place: shortPath(path, this.#folder) }
  }
}

function laidOver(layers: readonly Layer[]): unknown {
  return layers.reduce<unknown>((below, { values }) => merged(below, values), {})
}

function shortPath(path: string, folder: string): string {
  const short = relative(folder, path)
  return short.startsWith('..') || isAbsolute(short) ? path : short
}
