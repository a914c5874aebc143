/**
 * One level of any value, page by page: for whoever looks through what is longer than a report shows.
 *
 * What holds for a snapshot holds here: nothing of the value is called, no getter runs, secrets are not shown, and an
 * answer is bounded in time and size. A place in a value is named by numbers, since keys may be secret, be cut, or be
 * objects: `3` is the fourth entry of a list, map, set or record, `#0` the first private field of an object.
 */
import { types } from 'node:util'
import type { PrivateField } from './inspector-session.js'
import { PrivateFields, type PrivateFieldsOf } from './private-fields.js'
import { isError, keysOf } from './safe-read.js'
import { cut, withoutSecrets } from './safe-text.js'
import { hides, hidesPath, isSecret, REDACTED, shownKey } from './secrets.js'
import {
  entryAt,
  errorText,
  isSecretName,
  jsonOf,
  LONGEST_KEY,
  mapSize,
  NAMED,
  nameIn,
  setSize,
  shownAtOnce,
  snapshotBelow,
} from './value-snapshot.js'

/** One page of a value. */
export interface ValuePage {
  /** `value` is what has no parts that are shown. */
  readonly kind: 'list' | 'map' | 'set' | 'record' | 'text' | 'value'
  /** What leads to it, as it may be shown. */
  readonly names: readonly string[]
  /** Entries in all, or characters, private fields not counted. */
  readonly size: number
  /** Of the first entry or character of this page. */
  readonly offset: number
  readonly entries: readonly PageEntry[]
  /** The characters of this page, of a text; the whole, of what has no parts. */
  readonly text?: string
  /** What there is that cannot be looked at. */
  readonly note?: string
}

/** What stands in one place. */
export interface PageEntry {
  /** To be put behind the place of the page. */
  readonly step: string
  /** Its key, or its number. */
  readonly key: string
  readonly value: unknown
  /** Whether there is more to see of it than `value`. */
  readonly opens: boolean
}

/** Characters of a text on one page; and of one that are looked through, as all before a page must be for the secrets in it: 40 ms at worst. */
export const TEXT_PAGE = 4_000
const LONGEST_TEXT = 200_000
/** Entries of a map or a set that are passed over: there is no other way to the later ones. */
const MOST_PASSED = 1_000_000
/** Of a record with more, only those keys are told that are known from before: its keys can only be had all at once. */
const MOST_KEYS = 100_000
const KNOWN_KEYS = 100
/** Private fields of one object. */
const MOST_PRIVATES = 100
/** How much is shown of each entry, how many of them show private fields, and characters of one page. */
const BRIEF = { depth: 2, breadth: 10, length: 200, size: 40 }
const WITH_PRIVATES = 20
const PAGE_LENGTH = 200_000

/** Where one has come to: keys that lead there, for `redactAlso`, and as they are shown. */
interface Place {
  readonly value: unknown
  readonly path: readonly string[]
  readonly names: readonly string[]
}

/**
 * @param steps the place of what is to be shown, from the outermost value on
 * @param limit entries of one page at most
 * @returns undefined where there is nothing in that place, or nothing that may be looked into
 */
export function pageOf(
  value: unknown,
  steps: readonly string[],
  offset: number,
  limit: number,
): ValuePage | undefined {
  const privates = new PrivateFields(steps.length + 1)
  try {
    let place: Place = { value, path: [], names: [] }
    for (const step of steps) {
      const next = partsOf(place.value, privates)?.at(step, place)
      if (next === undefined || 'hidden' in next) return undefined
      place = next
    }
    return paged(place, privates, offset, limit)
  } catch (error) {
    // A proxy's trap, most likely.
    return whole([], `[unreadable: ${isError(error) ? errorText(error, 'message', 200) : typeof error}]`)
  } finally {
    privates.close()
  }
}

function whole(names: readonly string[], text: string): ValuePage {
  return { kind: 'value', names, size: 1, offset: 0, entries: [], text }
}

function paged(place: Place, privates: PrivateFields, offset: number, limit: number): ValuePage {
  const { value, names, path } = place
  if (typeof value === 'string') return textPage(value, names, offset)
  const parts = partsOf(value, privates)
  if (parts === undefined) return whole(names, jsonOf(snapshotBelow(path, value)))
  const { kind, size, fields, note } = parts
  const entries: PageEntry[] = []
  let length = 0
  const add = (step: string): boolean => {
    const entry = entryOf(parts.at(step, place), step, entries.length)
    length += jsonOf(entry).length
    entries.push(entry)
    return length < PAGE_LENGTH
  }
  const from = Math.min(offset, size)
  let isRoom = true
  if (from === 0) {
    for (let at = 0; at < Math.min(fields.length, MOST_PRIVATES) && isRoom; at++) isRoom = add(`#${at}`)
  }
  for (let at = from; at < Math.min(size, from + limit, parts.reach) && isRoom; at++) isRoom = add(String(at))
  const unseen = [
    note,
    parts.reach < size ? `no more than ${parts.reach} of them can be looked at` : undefined,
  ]
  const told = unseen.filter((each) => each !== undefined).join('; ')
  return { kind, names, size, offset: from, entries, ...(told === '' ? undefined : { note: told }) }
}

function textPage(value: string, names: readonly string[], offset: number): ValuePage {
  const near = withoutSecrets(value.slice(0, LONGEST_TEXT))
  const from = Math.min(offset, near.length)
  const rest = value.length - LONGEST_TEXT
  return {
    kind: 'text',
    names,
    size: near.length,
    offset: from,
    entries: [],
    text: near.slice(from, from + TEXT_PAGE),
    ...(rest > 0 ? { note: `${rest} more characters are not looked at` } : undefined),
  }
}

/** An entry, or why it is not shown. */
type Found = Place | { readonly hidden: string; readonly names: readonly string[] } | undefined

function entryOf(found: Found, step: string, count: number): PageEntry {
  if (found === undefined) return { step, key: step, value: '[gone]', opens: false }
  const key = found.names.at(-1) ?? step
  if ('hidden' in found) return { step, key, value: found.hidden, opens: false }
  const { path, value } = found
  const shown = snapshotBelow(path, value, { ...BRIEF, privates: count < WITH_PRIVATES ? 1 : 0 })
  return { step, key, value: shown, opens: hasMore(value) }
}

function hasMore(value: unknown): boolean {
  if (typeof value === 'string') return value.length > BRIEF.length
  return typeof value === 'object' && value !== null && !isSecret(value) && atOnce(value) === undefined
}

function atOnce(value: object): string | undefined {
  return shownAtOnce(value, BRIEF.length)
}

/** The parts of one value. */
interface Parts {
  readonly kind: 'list' | 'map' | 'set' | 'record'
  readonly size: number
  /** How many of those can be looked at. */
  readonly reach: number
  readonly fields: readonly PrivateField[]
  readonly note: string | undefined
  at(step: string, above: Place): Found
}

/** @throws what a proxy's traps throw */
function partsOf(value: unknown, privates: PrivateFields): Parts | undefined {
  if (typeof value !== 'object' || value === null || isSecret(value) || atOnce(value) !== undefined)
    return undefined
  if (Array.isArray(value)) return listParts(value)
  if (types.isMap(value)) return mapParts(value)
  if (types.isSet(value)) return setParts(value)
  return recordParts(value, privates)
}

const NONE = { fields: [], note: undefined } as const

function listParts(values: readonly unknown[]): Parts {
  const { length: size } = values
  // Names and values in turn, as `rawHeaders` has them, or one pair.
  const isSecretAt = (at: number): boolean =>
    size % 2 === 0 && at % 2 === 1 && isSecretName(entryAt(values, at - 1).value)
  const at = (step: string, { path, names }: Place): Found => {
    const place = placeIn(step, size)
    if (place === undefined) return undefined
    const { value, isGetter } = entryAt(values, place)
    const below = [...names, step]
    if (isGetter) return { hidden: '[getter]', names: below }
    if (isSecretAt(place) && hides('secret', value)) return { hidden: REDACTED, names: below }
    return { value, path, names: below }
  }
  return { kind: 'list', size, reach: size, ...NONE, at }
}

function mapParts(map: Map<unknown, unknown>): Parts {
  const size = Number(mapSize?.call(map))
  const entries = new Following(() => Map.prototype.entries.call(map))
  const at = (step: string, { path, names }: Place): Found => {
    const place = placeIn(step, Math.min(size, MOST_PASSED))
    const entry = place === undefined ? undefined : entries.at(place)
    if (entry === undefined) return undefined
    const [key, value] = entry
    if (typeof key === 'string') return under(key, value, { path, names })
    const shown = cut(jsonOf(snapshotBelow([], key, { ...BRIEF, privates: 0 })), LONGEST_KEY)
    return { value, path, names: [...names, shown] }
  }
  return { kind: 'map', size, reach: Math.min(size, MOST_PASSED), ...NONE, at }
}

function setParts(set: Set<unknown>): Parts {
  const size = Number(setSize?.call(set))
  const values = new Following(() => Set.prototype.entries.call(set))
  const at = (step: string, { path, names }: Place): Found => {
    const place = placeIn(step, Math.min(size, MOST_PASSED))
    const entry = place === undefined ? undefined : values.at(place)
    return entry && { value: entry[0], path, names: [...names, step] }
  }
  return { kind: 'set', size, reach: Math.min(size, MOST_PASSED), ...NONE, at }
}

/** The entries of a map or a set one after the other: none can be had without those before it. */
class Following {
  #entries: Iterator<[unknown, unknown]> | undefined
  #next = 0

  constructor(private readonly begin: () => Iterator<[unknown, unknown]>) {}

  at(place: number): [unknown, unknown] | undefined {
    if (this.#entries === undefined || place < this.#next) {
      this.#entries = this.begin()
      this.#next = 0
    }
    for (;;) {
      const { value, done } = this.#entries.next()
      if (done) return undefined
      if (this.#next++ === place) return value
    }
  }
}

/** @throws what a proxy's traps throw */
function recordParts(value: object, privates: PrivateFields): Parts {
  const { first, count: size } = keysOf(value, KNOWN_KEYS)
  const keys = size > first.length && size <= MOST_KEYS ? Object.keys(value) : first
  const { fields, note }: PrivateFieldsOf = types.isProxy(value) ? { fields: [] } : privates.of(value, size)
  const isNamed = nameIn(value, fields)
  const isHidden = (key: string, held: unknown): boolean =>
    isNamed && NAMED.has(key.toLowerCase()) && hides('secret', held)
  const at = (step: string, above: Place): Found => {
    if (step.startsWith('#')) {
      const field = fields[placeIn(step.slice(1), fields.length) ?? -1]
      return field && under(field.name, field.value, above, isHidden(field.name, field.value), '#')
    }
    const key = keys[placeIn(step, keys.length) ?? -1]
    if (key === undefined) return undefined
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined) return undefined
    if (!('value' in property)) return { hidden: '[getter]', names: [...above.names, keyText(key)] }
    return under(key, property.value, above, isHidden(key, property.value))
  }
  return { kind: 'record', size, reach: keys.length, fields, note, at }
}

/** What stands under a key. */
function under(
  key: string,
  value: unknown,
  above: Pick<Place, 'path' | 'names'>,
  isHidden = false,
  sign = '',
): Found {
  const path = [...above.path, key]
  const names = [...above.names, `${sign}${keyText(key)}`]
  return isHidden || hides(key, value) || hidesPath(path)
    ? { hidden: REDACTED, names }
    : { value, path, names }
}

function keyText(key: string): string {
  return shownKey(cut(key, LONGEST_KEY))
}

/** A place among so many; undefined for what names none. */
function placeIn(step: string, size: number): number | undefined {
  const place = /^\d{1,15}$/.test(step) ? Number(step) : size
  return place < size ? place : undefined
}
