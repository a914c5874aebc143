/** The list of what to watch: read from a file or an address, and checked. */
import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { checkValue } from 'heartwood'
import { isAddressList, targetsOfAddresses, type WatchList, watchListSchema } from './watch-list.js'

/** A list that cannot be had. The message names the place and what is wrong. */
export class WatchListError extends Error {
  override readonly name = 'WatchListError'
}

/** What lists are read through; a test hands in its own. */
export interface Sources {
  readonly folder: string
  readonly fetch: typeof fetch
}

/**
 * The list at a path or an http(s) address.
 *
 * @throws WatchListError, and SETTINGS_INVALID with the key, the value and what was expected
 */
export async function loadWatchList(location: string, sources: Sources): Promise<WatchList> {
  const text = await contentOf(location, sources)
  const given = isAddressList(text) ? { targets: targetsOfAddresses(text) } : parseJson(text, location)
  const list = Array.isArray(given) ? { targets: given } : given
  return checkValue(watchListSchema, list, { file: location, key: '' })
}

/** A list that does not come is a start that fails: better than a monitor that watches nothing and looks well. */
const DOWNLOAD_TIMEOUT = 15_000

async function contentOf(location: string, { folder, fetch }: Sources): Promise<string> {
  try {
    if (!/^https?:\/\//.test(location)) {
      return await readFile(isAbsolute(location) ? location : resolve(folder, location), 'utf8')
    }
    const response = await fetch(location, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
    return await response.text()
  } catch (cause) {
    const message = `PULSE_TARGETS is "${location}", which cannot be read: ${reason(cause)}`
    throw new WatchListError(message, { cause })
  }
}

function parseJson(text: string, location: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new WatchListError(`${location} is not JSON: ${reason(cause)}`, { cause })
  }
}

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
