/** The list of what to watch: read from a file or an address, and checked. */
import { createReadStream } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { checkValue } from 'heartwood'
import { parse, YAMLError } from 'yaml'
import { credited, quotable, shownAddress } from './address.js'
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
  return checkValue(watchListSchema, withQuotableUrls(list), { file, key: '' })
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

/** Messages show what is wrong: an address that is none shall not have its secrets in them. */
function withQuotableUrls(list: unknown): unknown {
  if (typeof list !== 'object' || list === null || !('targets' in list)) return list
  if (!Array.isArray(list.targets)) return list
  const targets = list.targets.map((target: unknown) => {
    if (typeof target !== 'object' || target === null || !('url' in target)) return target
    return typeof target.url === 'string' ? { ...target, url: quotable(target.url) } : target
  })
  return { ...list, targets }
}

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
