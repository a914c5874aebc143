/** Loading a config module, with errors that say where the fault is. */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { HeartwoodError } from '../kernel/index.js'
import { type Config, checkConfig } from './config.js'
import { applicationError } from './errors.js'

/** Errors that come from a slip in the code more often than from a check in it. */
const PLAIN_ERRORS: ReadonlySet<string> = new Set(['Error', 'TypeError', 'ReferenceError', 'RangeError'])

/** How long the search for the place of a syntax error may take. */
const SEARCH_LIMIT = 10_000

/**
 * Imports a config module and checks its default export.
 *
 * @param path of the module, from the current folder
 * @throws CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_IMPORT_FAILED, CONFIG_NO_DEFAULT, and what `checkConfig` throws
 * @example
 * const system = await boot(await loadConfig('dist/config.js'))
 */
export async function loadConfig(path: string): Promise<Config> {
  const file = resolve(path)
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw applicationError('CONFIG_NOT_FOUND', { path })
  }
  const module = await importModule(file, path)
  if (module.default === undefined) throw applicationError('CONFIG_NO_DEFAULT', { path })
  return checkConfig(module.default, path)
}

async function importModule(file: string, path: string): Promise<{ readonly default?: unknown }> {
  const { href } = pathToFileURL(file)
  try {
    return (await import(href)) as { readonly default?: unknown }
  } catch (error) {
    if (HeartwoodError.is(error)) throw error
    if (error instanceof SyntaxError) throw syntaxError(error, href)
    const details = { path, reason: reasonOf(error, path) }
    throw applicationError('CONFIG_IMPORT_FAILED', details, { cause: error })
  }
}

function syntaxError(error: SyntaxError, href: string): HeartwoodError {
  const stack = error.stack ?? ''
  const trace = stack.includes('compileSourceTextModule') ? failureOf(href) : stack
  const place = placeIn(trace) ?? shortPath(href)
  return applicationError('CONFIG_SYNTAX', { place, reason: error.message }, { cause: error })
}

/**
 * A syntax error found by `import()` does not tell where it is; Node prints the place only when the program dies of
 * it. So another one is let die. Nothing of the module runs there: a module that does not parse is not evaluated.
 */
function failureOf(href: string): string {
  const program = `await import(${JSON.stringify(href)})`
  const argv = ['--input-type=module', '--eval', program]
  return spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: SEARCH_LIMIT }).stderr ?? ''
}

/** Where Heartwood itself is: frames in here are never the place. */
const OURS = new URL('..', import.meta.url).href

/** The first `file:line` outside Node, packages and Heartwood. */
function placeIn(trace: string): string | undefined {
  for (const [, href, line] of trace.matchAll(/(file:\/\/[^\s:()]+):(\d+)/g)) {
    if (href === undefined || href.includes('/node_modules/') || href.startsWith(OURS)) continue
    return `${shortPath(href)}:${line}`
  }
  return undefined
}

function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(path)) {
    return 'Node does not run TypeScript. Compile it (tsc) and give the path of the JavaScript file.'
  }
  // An error with a name of its own was thrown on purpose, and says itself what is wrong.
  const place = PLAIN_ERRORS.has(error.name) ? placeIn(error.stack ?? '') : undefined
  return `${error.message}${place === undefined ? '' : ` (${place})`}`
}

function shortPath(href: string): string {
  const file = fileURLToPath(href)
  const short = relative('', file)
  return short.startsWith('..') ? file : short
}
