/** The content of a file of values: JSON, YAML, or the default export of a module, read anew each time. */
import { pathToFileURL } from 'node:url'
import { HeartwoodError, isError, read, within } from '../../kernel/index.js'
import { configError } from '../errors.js'
import type { Redactor } from '../redactor.js'
import { isSection, type Section } from '../settings-path.js'
import { withoutMark } from './environment.js'
import { jsonFault } from './json-fault.js'
import { contentOf, UnfitFile } from './source-file.js'

/** Milliseconds that a module of values may take. */
const PATIENCE = 20_000

/**
 * @param place what messages call the file
 * @param signal gives the reading up
 * @throws SETTINGS_FILE_INVALID, SETTINGS_PARSER_MISSING
 */
export async function valuesOf(
  path: string,
  place: string,
  redactor: Redactor,
  signal: AbortSignal | undefined,
): Promise<Section> {
  const isModule = /\.[cm]?js$/.test(path)
  let text = ''
  let content: unknown
  try {
    text = withoutMark((await contentOf(path, signal)).toString())
    if (isModule) content = await freshDefault(path, signal)
    else content = /\.ya?ml$/i.test(path) ? await yamlOf(text, place) : JSON.parse(text)
  } catch (error) {
    if (HeartwoodError.is(error)) throw error
    signal?.throwIfAborted()
    const reason = failureOf(error, isModule ? undefined : text, redactor)
    throw configError('SETTINGS_FILE_INVALID', { file: place, reason })
  }
  if (isSection(content)) return withoutSchema(content)
  const expected = isModule ? 'its default export must be an object' : 'it must hold an object'
  throw configError('SETTINGS_FILE_INVALID', { file: place, reason: expected })
}

/** Without the address of a schema, which editors look for in the file. */
function withoutSchema(content: Section): Section {
  const { $schema, ...settings } = content
  return typeof $schema === 'string' ? settings : content
}

/** Of what does not parse only the place: the words of the parser quote what stands there. */
function failureOf(error: unknown, json: string | undefined, redactor: Redactor): string {
  if (error instanceof UnfitFile) return error.message
  // Loaders that compile quote the code from the second line on.
  if (!isError(error) || read(error, 'name') !== 'SyntaxError')
    return redactor.thrown(error).replace(/\r?\n.*$/s, '')
  if (json !== undefined) return `it is not JSON: ${jsonFault(json)}`
  return 'it, or what it imports or parses, has a syntax error (node --check tells where, when it is in the file itself)'
}

async function freshDefault(path: string, signal: AbortSignal | undefined): Promise<unknown> {
  const late = () => new UnfitFile(`it is not through after ${PATIENCE} ms, and waits for what never comes`)
  const loading: Promise<{ readonly default?: unknown }> = import(
    /* webpackIgnore: true */ freshUrl(path).href
  )
  return (await within(loading, { time: PATIENCE, late, signal })).default
}

/** The address of a module that is to be read again: Node keeps modules for ever, by address. */
export function freshUrl(path: string): URL {
  const url = pathToFileURL(path)
  url.searchParams.set('read', crypto.randomUUID())
  return url
}

async function yamlOf(text: string, file: string): Promise<unknown> {
  const { parseDocument } = await yamlParser(file)
  const document = parseDocument(text, { merge: true, logLevel: 'error' })
  // A tag that nobody knows is only warned of there, and would be dropped.
  const [fault] = [...document.errors, ...document.warnings]
  if (fault === undefined) {
    try {
      return document.toJS()
    } catch {
      const reason = 'it is not YAML that can be used: its aliases lead nowhere, or to too much'
      throw configError('SETTINGS_FILE_INVALID', { file, reason })
    }
  }
  // Its code is one of the parser's own words, and quotes nothing.
  const [start] = fault.linePos ?? []
  const at = start === undefined ? '' : `line ${start.line}, column ${start.col} `
  throw configError('SETTINGS_FILE_INVALID', { file, reason: `it is not YAML: ${at}(${fault.code})` })
}

/** By its name alone, so that no bundler looks for it: whoever has no file in YAML need not install it. */
const PARSER = 'yaml'

/** Loaded only for a file that needs it. */
async function yamlParser(file: string): Promise<typeof import('yaml')> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ PARSER)) as typeof import('yaml')
  } catch (error) {
    if (isError(error) && read(error, 'code') === 'ERR_MODULE_NOT_FOUND')
      throw configError('SETTINGS_PARSER_MISSING', { file }, { cause: error })
    throw error
  }
}
