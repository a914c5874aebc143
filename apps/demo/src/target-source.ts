/** The list of what to watch: read from a file or an address, and checked. */
import { createReadStream } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { checkValue } from 'heartwood'
import { parse, YAMLError } from 'yaml'
import { credited, quotable, shownAddress, withoutSecretParts } from './address.js'
import { keysOf, PUSH_TOKEN } from './target.js'
import { isAddressList, targetsOfAddresses, type WatchList, watchListSchema } from './watch-list.js'

/** A list that cannot be had. The message names the place and what is wrong. */
export class WatchListError extends Error {
  override readonly name = 'WatchListError'
}

/** What lists are read through; a test hands in its own. */
export interface Sources {
  readonly folder: string
  readonly fetch: typeof fetch
  /** Milliseconds that the reading may take. Default 15,000. */
  readonly patience?: number
}

/** A list that does not come is a start that fails: better than a monitor that watches nothing and looks well. */
const PATIENCE = 15_000
/** Bytes of the longest list: a hundred thousand targets. */
const LONGEST = 16 * 2 ** 20

/**
 * Reads the list at a path or an http(s) address, again and again: resolves with undefined where it is, to the letter, what it was.
 * To check thousands of targets takes a while, in which nothing else runs.
 *
 * @returns a function that rejects with a WatchListError, or with SETTINGS_INVALID with the key, the value and what was expected;
 *   for a list that stays wrong, once
 */
export function watchListReader(location: string, sources: Sources): () => Promise<WatchList | undefined> {
  const file = shownLocation(location)
  let last: string | undefined
  return async () => {
    const before = last
    // One that could not be read meanwhile is told of again when it is there.
    last = undefined
    last = await contentOf(location, file, sources)
    return last === before ? undefined : watchListOf(last, file)
  }
}

const shownLocation = (location: string): string => (isAddress(location) ? shownAddress(location) : location)

function watchListOf(text: string, file: string): Promise<WatchList> {
  const given = parsed(text, file)
  const list = Array.isArray(given) ? { targets: given } : given
  return checkValue(watchListSchema, quotableList(list), { file, key: '' })
}

const isAddress = (location: string): boolean => /^https?:\/\//i.test(location)

async function contentOf(location: string, shown: string, sources: Sources): Promise<string> {
  const { patience = PATIENCE } = sources
  const signal = AbortSignal.timeout(patience)
  try {
    const pieces = isAddress(location)
      ? await download(location, sources, signal)
      : createReadStream(isAbsolute(location) ? location : resolve(sources.folder, location), { signal })
    // A pipe that nobody writes to does not even open, and the signal does not reach it there.
    return await Promise.race([joined(pieces), aborted(signal)])
  } catch (cause) {
    const why = signal.aborted ? `it did not come within ${patience} ms` : reason(cause)
    throw new WatchListError(`PULSE_TARGETS is "${shown}", which cannot be read: ${why}`, { cause })
  }
}

async function download(
  location: string,
  { fetch }: Sources,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { address, authorization } = credited(location)
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const response = await fetch(address, { signal, headers })
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    throw new Error(`the server answered ${response.status}`)
  }
  return response.body
}

/** Leaving the loop early closes where the pieces come from. */
async function joined(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.byteLength
    if (length > LONGEST) throw new Error(`it is longer than ${LONGEST} bytes`)
    all.push(piece)
  }
  return Buffer.concat(all).toString('utf8')
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function parsed(text: string, file: string): unknown {
  if (isAddressList(text)) return { targets: targetsOfAddresses(text) }
  return /\.ya?ml$/i.test(file) ? parseYaml(text, file) : parseJson(text, file)
}

/** What the parser says quotes the text, with secrets in it: only the place of the mistake is told. */
function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    const at = cause instanceof YAMLError ? cause.linePos?.[0] : undefined
    const what =
      at === undefined ? 'it is something else' : `it is wrong at line ${at.line}, column ${at.col}`
    throw new WatchListError(`${file} is not YAML: ${what}`)
  }
}

/** What the parser says may quote the text, with secrets in it. */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const place = /position \d+/.exec(reason(cause))?.[0]
    const what = place === undefined ? 'it ends too early, or is something else' : `it is wrong at ${place}`
    throw new WatchListError(`${file} is not JSON: ${what}`)
  }
}

/** Messages show what is wrong: what may be a secret in it shall not be there. What is right stays as it is. */
function quotableList(list: unknown): unknown {
  if (!isObject(list) || !Array.isArray(list.targets)) return list
  return { ...list, targets: list.targets.map(quotableTarget) }
}

function quotableTarget(target: unknown): unknown {
  if (!isObject(target)) return withoutSecrets(target)
  const { url, headers, push } = target
  const known = keysOf(target)
  return {
    // Of a key that is none only the key is told; what stands there may be what a known one would hide.
    ...Object.fromEntries(
      Object.entries(target).map(([key, value]) => [key, known.includes(key) ? value : '…']),
    ),
    ...('url' in target && { url: typeof url === 'string' ? quotable(url) : withoutSecrets(url) }),
    ...(typeof push === 'string' && !PUSH_TOKEN.test(push) && { push: '…' }),
    ...(isObject(headers) && { headers: quotableHeaders(headers) }),
  }
}

/** A header may have been written as one text: what follows its name is no name. */
function quotableHeaders(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace(/[:=\s].*$/s, ':…'), value]),
  )
}

/** What stands where something else is expected. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecretParts(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutSecrets(each)]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
