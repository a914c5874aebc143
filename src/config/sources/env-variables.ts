/** The variables that set keys: by the table `env`, by their prefix, and by files that `NAME_FILE` names. */
import { resolve } from 'node:path'
import { read } from '../../kernel/index.js'
import { configError } from '../errors.js'
import { isSecretKey } from '../redactor.js'
import type { AnySettingsOptions } from '../settings.js'
import { sectionAt } from '../settings-path.js'
import type { Variables } from './env-file-text.js'
import type { Layer } from './settings-source.js'
import { contentOf, UnfitFile } from './source-file.js'

const FILE = '_FILE'

/** A function that returns the known keys in the section at a path. */
export type KnownKeys = (path: readonly string[]) => readonly string[]

/** The variables of one source: a `.env` file, or the environment of the program. */
export interface VariableSource {
  readonly place: string
  readonly from: '.env' | 'variable'
  readonly variables: Variables
}

interface Given {
  readonly path: readonly string[]
  readonly variable: string
  readonly isFound: boolean
}

export class VariableReader {
  /** The files of secrets that were looked for, whether they exist or not. */
  readonly files = new Set<string>()
  /** The names in the table `env`. */
  readonly #listed: ReadonlySet<string>
  /** Variables with the suffix `_FILE` that are not read, since their key is no secret. */
  readonly #unread = new Set<string>()
  readonly #contents = new Map<string, string>()

  constructor(
    private readonly options: AnySettingsOptions,
    private readonly folder: string,
    private readonly signal: AbortSignal | undefined,
  ) {
    const names = Object.values(options.env ?? {})
    this.#listed = new Set(names.filter((name) => name !== undefined))
  }

  /**
   * The values of one source's variables, the weakest first. A variable with the prefix wins, since it is meant for this program only.
   *
   * @throws SECRET_FILE_INVALID, SETTINGS_INVALID
   */
  async layers(source: VariableSource, known: KnownKeys): Promise<readonly Layer[]> {
    const { place, from, variables } = source
    const layers: Layer[] = []
    for (const given of [...this.#inTable(), ...this.#withPrefix(source, known)]) {
      const { path, variable, isFound } = given
      const fileName = `${variable}${FILE}`
      const file = this.#isOfFile(fileName, path) ? variables[fileName] : undefined
      if (file === undefined && variables[fileName] !== undefined) this.#unread.add(fileName)
      const text = variables[variable]
      if (text !== undefined) {
        if (file !== undefined) throw unusable(place, variable, `${variable} is set, too. Set one of the two`)
        layers.push({ place, from, variable, isFound, values: sectionAt(path, text) })
      } else if (file !== undefined) {
        const values = sectionAt(path, await this.#content(file, place, variable))
        layers.push({ place, from, variable: fileName, isFound, values })
      }
    }
    return layers
  }

  /** The variable that could set a key. */
  nameOf(path: readonly PropertyKey[]): string | undefined {
    const { env, envPrefix } = this.options
    const listed = env?.[path.map(String).join('.')]
    return listed ?? (envPrefix === undefined ? undefined : prefixed(envPrefix, path))
  }

  /**
   * A hint how a variable could set a key.
   *
   * @param below for a section: one of its keys
   */
  hintOf(path: readonly PropertyKey[], below: string | undefined): string | undefined {
    const name = this.nameOf(path)
    if (name === undefined) return undefined
    if (below !== undefined && !this.#listed.has(name))
      return `environment variables such as ${this.nameOf([...path, below])} can give it`
    const hint = `the environment variable ${name} can give it`
    const isUnread = this.#unread.has(`${name}${FILE}`)
    return isUnread ? `${hint}; ${name}${FILE} is set, and is read for keys in \`secrets\` only` : hint
  }

  #inTable(): readonly Given[] {
    return Object.entries(this.options.env ?? {}).flatMap(([path, variable]) =>
      variable === undefined ? [] : [{ path: path.split('.'), variable, isFound: false }],
    )
  }

  #withPrefix({ place, variables }: VariableSource, known: KnownKeys): readonly Given[] {
    const { envPrefix } = this.options
    if (envPrefix === undefined) return []
    const begin = `${envPrefix}__`
    const found = new Map<string, Given>()
    for (const name of Object.keys(variables).sort()) {
      if (!name.startsWith(begin) || this.#listed.has(name) || variables[name] === undefined) continue
      const variable = this.#withoutFile(name, begin, known)
      found.set(variable, { path: pathOf(variable, begin, known), variable, isFound: true })
    }
    const all = [...found.values()].sort((a, b) => a.path.length - b.path.length)
    refuseOverlap(all, place)
    return all
  }

  /** The name without `_FILE`, if the variable names the file of a secret; else the name as it is. */
  #withoutFile(name: string, begin: string, known: KnownKeys): string {
    if (!name.endsWith(FILE)) return name
    const own = pathOf(name, begin, known)
    if (known(own.slice(0, -1)).includes(own.at(-1) as string)) return name
    const variable = name.slice(0, -FILE.length)
    return this.#isOfFile(name, pathOf(variable, begin, known)) ? variable : name
  }

  /** Whether a variable names the file of a secret. `LOG_FILE` does not: `LOG` is no secret, and `LOG_FILE` may be another key. */
  #isOfFile(name: string, path: readonly string[]): boolean {
    return !this.#listed.has(name) && isSecretKey(path, this.options.secrets ?? [])
  }

  async #content(file: string, place: string, variable: string): Promise<string> {
    if (file === '') throw unusable(place, variable, 'it is empty, and must be the path of a file')
    const path = resolve(this.folder, file)
    this.files.add(path)
    const content = this.#contents.get(path) ?? (await this.#secretIn(path, file, place, variable))
    this.#contents.set(path, content)
    return content
  }

  /** The secret in a file: its whole content, except a newline at the end that editors add. */
  async #secretIn(path: string, written: string, place: string, variable: string): Promise<string> {
    try {
      return (await contentOf(path, this.signal)).toString().replace(/\r?\n$/, '')
    } catch (error) {
      this.signal?.throwIfAborted()
      throw unusable(place, variable, `${shownPath(written)} ${failureOf(error)}`)
    }
  }
}

/** The path for a message. It is shown only if it looks like a path: somebody may have put the secret itself into the variable. */
function shownPath(written: string): string {
  return /^(\.{0,2}[/\\]|[a-z]:[/\\])/i.test(written)
    ? `the file ${written}`
    : 'the file it names (not shown, in case it is the secret itself)'
}

/** The reason of a failed reading, without the text of the system, which quotes the path. */
function failureOf(error: unknown): string {
  if (error instanceof UnfitFile) return error.message.replace(/^it /, '')
  const code = read(error, 'code')
  return code === 'ENOENT' ? 'is not there' : `cannot be read (${String(code)})`
}

/** The path of a variable with the prefix: `SHOP__DB__POOL_SIZE` is `db.poolSize`, or the known key with the same letters. */
function pathOf(name: string, begin: string, known: KnownKeys): readonly string[] {
  const path: string[] = []
  for (const word of name.slice(begin.length).split('__')) {
    const keys = known(path)
    const camel = word.toLowerCase().replace(/_+([^_])/g, (_, letter: string) => letter.toUpperCase())
    const same = keys.find((key) => key === word) ?? keys.find((key) => key === camel)
    path.push(same ?? keys.find((key) => letters(key) === letters(word)) ?? camel)
  }
  return path
}

function letters(word: string): string {
  return word.replace(/[_-]/g, '').toLowerCase()
}

function prefixed(prefix: string, path: readonly PropertyKey[]): string {
  const words = path.map((step) => String(step).replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2'))
  return [prefix, ...words.map((word) => word.replace(/\W/g, '_').toUpperCase())].join('__')
}

/** Refuses two variables if one sets a part of the value that the other sets: one of them would be lost. */
function refuseOverlap(all: readonly Given[], place: string): void {
  for (const { path, variable } of all) {
    const part = all.find(
      (other) => other.path.length > path.length && path.every((step, at) => other.path[at] === step),
    )
    if (part === undefined) continue
    const problems = `${place}: ${variable} and ${part.variable} are both set, and one is a part of the other. Set one of them`
    throw configError('SETTINGS_INVALID', { problems, list: [{ place, key: variable, message: problems }] })
  }
}

function unusable(place: string, variable: string, reason: string): Error {
  return configError('SECRET_FILE_INVALID', { place, variable: `${variable}${FILE}`, reason })
}
