/** The loading of config modules, with errors that name the place of a mistake. */
import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freshUrl, SETTINGS_SOURCES, type SettingsSources } from '../../config/index.js'
import { checkKnown, HeartwoodError, shortPath } from '../../kernel/index.js'
import { applicationError } from '../errors.js'
import type { CheckedConfig, ConfigOptions } from './config.js'
import { faultText, placeIn } from './fault-location.js'
import { withImportMistakes } from './import-mistakes.js'
import { resolveConfig } from './resolved-config.js'

/** A hint for a syntax error at a decorator: some compilers leave standard decorators in the code. */
const DECORATORS_LEFT =
  'Decorators stand there, which Node does not run: compile them, for example with "experimentalDecorators": true in tsconfig.json, or use decorate()'

/** The time that the search for the place of a syntax error may take, in milliseconds. */
const SEARCH_LIMIT = 10_000

/** The sources of settings for `loadConfig`; by default the environment variables and the current folder of the program. */
export type LoadOptions = Omit<SettingsSources, 'file'>

const LOAD_OPTIONS = SETTINGS_SOURCES.filter((name) => name !== 'file')

/**
 * Imports a config module, reads its settings and checks everything.
 *
 * @param path the path of the module, relative to the current folder
 * @throws CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_IMPORT_FAILED, CONFIG_NO_DEFAULT, errors of its decorators, and the errors of
 *   `resolveConfig`
 * @example
 * const system = await boot(await loadConfig('dist/config.js'))
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<CheckedConfig> {
  checkKnown('loadConfig', options, LOAD_OPTIONS)
  const module = resolve(path)
  return resolveConfig(await importConfig(module, path), { ...options, file: path, module })
}

/**
 * The default export of a config module.
 *
 * @param fresh whether to read the module again, without its imports: Node caches modules for ever, by address
 */
export async function importConfig(file: string, path: string, fresh = false): Promise<ConfigOptions> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isFile() !== true) throw applicationError('CONFIG_NOT_FOUND', { path })
  const exported = await withImportMistakes(() => importDefault(file, path, fresh))
  if (exported === undefined) throw applicationError('CONFIG_NO_DEFAULT', { path })
  return exported as ConfigOptions
}

async function importDefault(file: string, path: string, fresh: boolean): Promise<unknown> {
  const { href } = fresh ? freshUrl(file) : pathToFileURL(file)
  try {
    // Awaited here, since the export may be a promise that rejects.
    return await defaultOf(await import(/* webpackIgnore: true */ href))
  } catch (error) {
    if (HeartwoodError.is(error)) throw error
    if (error instanceof SyntaxError) throw syntaxError(error, href)
    const details = { path, reason: reasonOf(error, path) }
    throw applicationError('CONFIG_IMPORT_FAILED', details, { cause: error })
  }
}

/** The default export, also of a module that was compiled to CommonJS. */
function defaultOf({ default: exported }: { readonly default?: unknown }): unknown {
  const { __esModule: compiled, default: inner } = Object(exported) as Record<string, unknown>
  return compiled === true ? inner : exported
}

function syntaxError(error: SyntaxError, href: string): HeartwoodError {
  const stack = error.stack ?? ''
  const trace = stack.includes('compileSourceTextModule') ? failureOf(href) : stack
  const place = placeIn(trace) ?? shortPath(href)
  // The unexpected word is left out: it may be a value without its quotes, and secret.
  const hint = /^\s*@[a-z]/im.test(trace) ? `. ${DECORATORS_LEFT}` : ''
  const reason = error.message.replace(/^(Unexpected identifier) .*$/s, '$1') + hint
  return applicationError(
    'CONFIG_SYNTAX',
    { place, reason },
    reason === error.message ? { cause: error } : {},
  )
}

/**
 * The output of another Node program that imports the module and dies. A syntax error of `import()` has no place; Node prints it only
 * when the program dies. No code of the module runs there, since a module that does not parse is not evaluated.
 */
function failureOf(href: string): string {
  const program = `await import(${JSON.stringify(href)})`
  const argv = ['--input-type=module', '--eval', program]
  return spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: SEARCH_LIMIT }).stderr ?? ''
}

function reasonOf(error: unknown, path: string): string {
  const { code } = Object(error) as NodeJS.ErrnoException
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(path)) {
    return 'Node does not run TypeScript. Compile it (tsc) and give the path of the JavaScript file.'
  }
  if (path.endsWith('.json')) {
    return 'JSON cannot hold applications. Write a module, and give this file as the values of its settings.'
  }
  return faultText(error)
}
