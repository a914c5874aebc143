import { z } from 'zod'
import { shownAddress } from './address.js'
import { onlyKeysOf } from './known-keys.js'
import { maintenanceSchema } from './maintenance.js'
import { targetListSchema } from './target.js'

const shape = {
  targets: targetListSchema,
  maintenance: z.array(maintenanceSchema, 'a list of maintenance windows').default([]),
}

/** What to watch, and when trouble is expected. A file may also hold the list of targets alone. */
export const watchListSchema = z.strictObject(shape, onlyKeysOf(shape))

export type WatchList = z.output<typeof watchListSchema>

/** Whether the text is a plain list of addresses, one a line, rather than JSON. */
export const isAddressList = (text: string): boolean =>
  /^(https?|tcp|tls|dns|grpcs?):\/\//.test(entriesOf(text)[0]?.url ?? '')

/**
 * Targets out of a plain list: an address a line, if need be with a name before it; `#` begins a comment. Without a name
 * the target is named after its host, or host and path where several targets share a host.
 *
 * ```text
 * # the shop
 * https://shop.example/
 * api https://api.example/health
 * ```
 */
export function targetsOfAddresses(text: string): { name: string; url: string }[] {
  const entries = entriesOf(text)
  const hosts = new Map<string, number>()
  for (const { url } of entries) hosts.set(hostOf(url), (hosts.get(hostOf(url)) ?? 0) + 1)
  const taken = new Map<string, number>()
  return entries.map(({ name: given, url }) => {
    if (given !== undefined) return { name: given, url }
    const alone = hosts.get(hostOf(url)) === 1
    // A user, a password and a query may be secrets, and a name is shown to everybody.
    const name = nameOf(alone ? hostOf(url) : shownAddress(url).replace(/^\w+:\/\/|\?…$/g, ''))
    const number = (taken.get(name) ?? 0) + 1
    taken.set(name, number)
    return { name: number === 1 ? name : `${name}-${number}`, url }
  })
}

function entriesOf(text: string): { name: string | undefined; url: string }[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, name, url = line] = /^(.*\S)\s+(\S+)$/.exec(line) ?? []
      return { name, url }
    })
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

const nameOf = (text: string): string =>
  text
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+|-+$/gu, '')
    .slice(0, 64)
