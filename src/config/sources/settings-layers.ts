/** The layers of settings: all sources in their order, merged, with the source of each value. */

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

/** The sources of a reading of settings. */
export interface SettingsSources {
  /** The place of `values` and `overlays`, for messages. Default `'settings'`. */
  readonly file?: string | undefined
  /**
   * The name of the environment. Several names have commas between them, and a later one wins. Default HEARTWOOD_ENV, else
   * NODE_ENV, else `'development'`.
   */
  readonly environment?: string | undefined
  /** The environment variables. Default `process.env`. */
  readonly variables?: Variables | undefined
  /** Values by key that win over all others, such as those of `--set db.pool=5`: `{ 'db.pool': '5' }`. Default none. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined
  /** The folder at which relative paths start. Default the current folder. */
  readonly folder?: string | undefined
  /** A signal that aborts the reading. Default none. */
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

/** The layers of one reading. */
export class Layers {
  /** The layers, the weakest first. */
  readonly #layers: Layer[] = []
  readonly #files: string[] = []
  readonly #folder: string
  readonly #file: string
  readonly #signal: AbortSignal | undefined
  readonly #variables: VariableReader
  /** The shape of the schema, if it describes its keys. */
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
   * Reads all sources.
   *
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
    // A module of values may read secret variables and quote them in an error, so they must be known before it is loaded.
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

  /** Checks that the environment exists. @throws ENVIRONMENT_UNKNOWN */
  static async check(options: AnySettingsOptions, sources: SettingsSources): Promise<void> {
    await new Layers(options, sources).#names(sources)
  }

  /** The layers, the weakest first. */
  get all(): readonly Layer[] {
    return this.#layers
  }

  /** The files that were looked for, whether they exist or not. */
  get files(): readonly string[] {
    return [...this.#files, ...this.#variables.files]
  }

  /** The merged value of all layers except those in `without`. */
  value(without: ReadonlySet<Layer> = new Set()): unknown {
    return laidOver(this.#layers.filter((layer) => !without.has(layer)))
  }

  /** The variable that could set a key. */
  nameOf(path: readonly PropertyKey[]): string | undefined {
    return this.#variables.nameOf(path)
  }

  /** A hint how a variable could set a key. */
  hintOf(path: readonly PropertyKey[]): string | undefined {
    return this.#variables.hintOf(path, this.shape?.keysAt(path.map(String))[0])
  }

  /** The strongest layer with a value at a path, or above it. */
  layerOf(path: readonly PropertyKey[]): Layer | undefined {
    return this.#layers.findLast(({ values }) => {
      for (let end = 1; end <= path.length; end++) {
        const held = valueAt(values, path.slice(0, end))
        if (!isSection(held)) return held !== undefined
      }
      return path.length > 0
    })
  }

  /** The origin of a validated value. */
  origin(path: readonly string[]): SettingOrigin {
    const layer = this.layerOf(path)
    if (layer !== undefined) {
      const { from, place, variable } = layer
      return { path, from, place, ...(variable === undefined ? undefined : { variable }) }
    }
    const isTaken = this.shape?.allows(path.slice(0, -1), path.at(-1) ?? '') ?? true
    return { path, from: 'schema', place: isTaken ? 'default of the schema' : 'made by the schema' }
  }

  /** The place and name of the value at a path, for messages. */
  originOf(path: readonly PropertyKey[], root: string): { readonly place: string; readonly key: string } {
    for (const { place, values, variable } of [...this.#layers].reverse()) {
      // The settings as a whole have no single source.
      if (path.length === 0 || valueAt(values, path) === undefined) continue
      return { place, key: variable ?? pathText(path, root) }
    }
    return { place: this.#file, key: pathText(path, root) }
  }

  /** The keys in the section at a path that the schema or another option names. */
  keysAt(path: readonly string[]): readonly string[] {
    const { env = {}, secrets = [] } = this.options
    const listed = [...Object.keys(env), ...secrets].map((key) => sectionAt(key.split('.'), true))
    const section = valueAt(listed.reduce<unknown>(merged, {}), path)
    return [...(this.shape?.keysAt(path) ?? []), ...(isSection(section) ? Object.keys(section) : [])]
  }

  /** The same keys, and those that a layer has. */
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
