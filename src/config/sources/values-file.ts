/** The values in a file: JSON, YAML, or the default export of a module. The file is read again each time. */
import { pathToFileURL } from 'node:url'
import { HeartwoodError, isError, read, within } from '../../kernel/index.js'
import { configError } from '../errors.js'
import type { Redactor } from '../redactor.js'
import { isSection, type Section } from '../settings-path.js'
import { withoutMark } from './environment.js'
import { jsonFault } from './json-fault.js'
import { contentOf, UnfitFile } from './source-file.js'

/** The time that loading a module of values may take, in milliseconds. */
const PATIENCE = 20_000

/**
 * Reads the values in a file.
 *
 * @param place the file, for messages
 * @param signal aborts the reading
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

/** The values without `$schema`, the address of the JSON Schema for editors. */
function withoutSchema(content: Section): Section {
  const { $schema, ...settings } = content
  return typeof $schema === 'string' ? settings : content
}

/** The reason of a failure. For a syntax error only the place is shown, since the text of the parser quotes the content. */
function failureOf(error: unknown, json: string | undefined, redactor: Redactor): string {
  if (error instanceof UnfitFile) return error.message
  // The first line only: loaders that compile quote the code from the second line on.
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

/** A new address for a module, so that it is read again: Node caches modules for ever, by address. */
export function freshUrl(path: string): URL {
  const url = pathToFileURL(path)
  url.searchParams.set('read', crypto.randomUUID())
  return url
}

async function yamlOf(text: string, file: string): Promise<unknown> {
  const { parseDocument } = await yamlParser(file)
  const document = parseDocument(text, { merge: true, logLevel: 'error' })
  // For an unknown tag the parser only warns and drops it, so warnings count as errors.
  const [fault] = [...document.errors, ...document.warnings]
  if (fault === undefined) {
    try {
      return document.toJS()
    } catch {
      const reason = 'it is not YAML that can be used: its aliases lead nowhere, or to too much'
      throw configError('SETTINGS_FILE_INVALID', { file, reason })
    }
  }
  // The code is a constant of the parser, and quotes nothing.
  const [start] = fault.linePos ?? []
  const at = start === undefined ? '' : `line ${start.line}, column ${start.col} `
  throw configError('SETTINGS_FILE_INVALID', { file, reason: `it is not YAML: ${at}(${fault.code})` })
}

/** The name of the YAML package, in a variable so that bundlers do not resolve it: programs without YAML need not install it. */
const PARSER = 'yaml'

/** Loads the YAML parser. Called only for a YAML file. */
async function yamlParser(file: string): Promise<typeof import('yaml')> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ PARSER)) as typeof import('yaml')
  } catch (error) {
    if (isError(error) && read(error, 'code') === 'ERR_MODULE_NOT_FOUND')
      throw configError('SETTINGS_PARSER_MISSING', { file }, { cause: error })
    throw error
  }
}
