/**
 * The redactor: it removes the secrets of settings from values and texts before they are shown. All messages about settings use it,
 * for values and also for texts of schemas, parsers and functions that had access to values.
 */
import { inspect } from 'node:util'
import {
  hides,
  isInstance,
  isList,
  jsonOf,
  printed,
  REDACTED,
  read,
  Secret,
  snapshot,
  soundsSecret,
  withoutSecrets,
} from '../kernel/index.js'
import { isSection } from './settings-path.js'

/** The number of characters of a value that a message shows. */
const SHOWN = 80
/** A secret with fewer characters is hidden only where it is a word by itself, since its letters occur in most words. */
const SHORT = 4
/** A part of a secret with this many characters is hidden wherever it occurs: parsers quote parts of values. */
const PIECE = 8
/** The most characters of one secret that are searched for, and the most texts of all secrets. */
const LONGEST = 20_000
const MOST = 1_000

const HIDDEN = 'a value that is not shown'

/** The limits for the output of all settings. */
const WHOLE = { depth: 30, breadth: 10_000, length: 100_000, size: 100_000, privates: 0 }

export class Redactor {
  readonly #texts: readonly string[]

  /**
   * @param input the values, before or after validation
   * @param secrets the keys in the option `secrets`; keys that sound secret are always hidden
   */
  constructor(
    input: unknown,
    private readonly secrets: readonly string[] = [],
  ) {
    const texts = new Set<string>()
    this.#find(input, [], texts, new Set())
    this.#texts = [...texts].sort((a, b) => b.length - a.length)
  }

  /** A text of a library or an error, with all secrets and parts of secrets removed. */
  words(text: string): string {
    if (this.#texts.length === 0) return withoutSecrets(text)
    const hidden = new Uint8Array(text.length)
    const lower = text.toLowerCase()
    for (const secret of this.#texts) cover(lower, secret, hidden)
    return withoutSecrets(
      joined(text, hidden, SHORT).replace(/(unexpected token) (?:'.{1,2}'|\S(?= ))/giu, '$1'),
    )
  }

  /** A text for a thrown value, without secrets. */
  thrown(error: unknown): string {
    return this.words(printed(error))
  }

  /** A short text for a value of the settings, without secrets. */
  value(value: unknown, path: readonly PropertyKey[]): string {
    const named = textOf(path)
    if (isSecretPath(named, this.secrets) || path.some((step) => hides(String(step), value))) return HIDDEN
    // A section that contains a secret but has the wrong type may show it anywhere.
    if (this.#isAbove(named)) return isSection(value) ? 'an object' : HIDDEN
    const text = this.words(jsonOf(quoted(snapshot(value, { depth: 3, privates: 0 }))))
    return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text
  }

  /** All settings as data, with a mark in place of each secret. */
  shown(settings: unknown): unknown {
    const look = (at: unknown, path: readonly string[]): unknown => {
      if (at !== undefined && path.length > 0 && isSecretPath(textOf(path), this.secrets)) return REDACTED
      if (typeof at === 'string') return this.#withoutWhole(at)
      if (Array.isArray(at)) return at.map((each: unknown) => look(each, [...path, '[]']))
      if (!isSection(at)) return at
      return Object.fromEntries(Object.keys(at).map((key) => [key, look(at[key], [...path, key])]))
    }
    return look(snapshot(settings, WHOLE), [])
  }

  /** Hides whole secrets in a text, such as an address that contains a password. Parts of secrets are not hidden here. */
  #withoutWhole(text: string): string {
    const hidden = new Uint8Array(text.length)
    const lower = text.toLowerCase()
    for (const secret of this.#texts) if (secret.length >= SHORT) coverWhole(lower, secret, hidden)
    return joined(text, hidden, 1)
  }

  /** The part of a path that may be shown: keys below a secret are part of the secret. */
  path(path: readonly PropertyKey[]): readonly PropertyKey[] {
    const end = path.findIndex((_, at) => this.secrets.includes(textOf(path.slice(0, at + 1))))
    return end === -1 ? path : path.slice(0, end + 1)
  }

  #isAbove(path: string): boolean {
    return this.secrets.some((secret) => path === '' || secret.startsWith(`${path}.`))
  }

  #find(value: unknown, path: readonly string[], texts: Set<string>, seen: Set<unknown>): void {
    if (seen.has(value)) return
    if (typeof value === 'object') seen.add(value)
    const named = path.join('.')
    const sounds = path.length > 0 && hides(path.at(-1) as string, value)
    // Values that were read before contain `Secret`s.
    if (isInstance(value, Secret)) collect(value.reveal(), texts)
    const misplaced = path.length > 0 && !isSection(value) && this.#isAbove(named)
    if (isSecretPath(named, this.secrets) || sounds || misplaced) collect(value, texts)
    else if (isSection(value) || isList(value)) {
      for (const key of Object.keys(value)) this.#find(read(value, key), [...path, key], texts, seen)
    }
  }
}

/** Whether the value of a key is secret: the key is listed, is below a listed one, or sounds secret. */
export function isSecretKey(path: readonly PropertyKey[], secrets: readonly string[]): boolean {
  return isSecretPath(textOf(path), secrets) || path.some((step) => soundsSecret(String(step)))
}

/** Whether a path is a listed secret, or below one. */
function isSecretPath(path: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => path === secret || path.startsWith(`${secret}.`))
}

/** Puts quotes around a string, so that it is distinct from other values. */
function quoted(shown: unknown): unknown {
  return typeof shown === 'string' ? JSON.stringify(shown) : shown
}

function textOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** Collects all texts of a secret, in every form in which they may be quoted. */
function collect(value: unknown, texts: Set<string>, depth = 0): void {
  if (texts.size >= MOST || depth > 10) return
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const key of Object.keys(value)) {
      if (!Array.isArray(value)) collect(key, texts, depth + 1)
      collect(read(value, key), texts, depth + 1)
    }
    return
  }
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'function')
    return
  const text = (ArrayBuffer.isView(value) ? Buffer.from(value.buffer).toString() : String(value))
    .trim()
    // The protocol of an address is no secret, and also occurs in the text of what is expected.
    .replace(/^[a-z][a-z0-9+.-]*:\/\//iu, '')
    .slice(0, LONGEST)
  const json = JSON.stringify(text).slice(1, -1)
  const forms = [text, json, JSON.stringify(json).slice(1, -1), inspect(text).slice(1, -1)]
  for (const form of [...forms, encodedOf(text), ...base64Of(text)]) {
    if (form !== '') texts.add(form.toLowerCase())
  }
}

/** The base64 forms of a text, also for a text that follows another one, such as a user name. Characters that depend on the neighbours are left out. */
function base64Of(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const whole = bytes.toString('base64')
    const sure = whole.slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
    const forms = before === 0 ? [whole, sure] : [sure]
    return sure.length < PIECE
      ? forms.slice(0, -1)
      : [...forms, sure.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function encodedOf(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    // A lone surrogate cannot be encoded.
    return ''
  }
}

/**
 * Marks the characters of a text that come from a secret: the whole secret; any eight characters of it; and half of it, at least four
 * characters, where that is a word by itself. A shorter match reveals nothing.
 */
function cover(text: string, secret: string, hidden: Uint8Array): void {
  coverWhole(text, secret, hidden)
  if (secret.length <= SHORT) return
  const half = Math.min(PIECE, Math.max(SHORT, Math.ceil(secret.length / 2)))
  // Each match is as long as possible and not contained in the one before.
  for (let at = 0, end = 0, before = 0; at < text.length; at++, end = Math.max(at, end)) {
    while (end < text.length && secret.includes(text.slice(at, end + 1))) end++
    if (end === before) continue
    before = end
    const isPiece = end - at >= PIECE || (end - at >= half && isApart(text, at) && isApart(text, end))
    if (isPiece) hidden.fill(1, at, end)
  }
}

function coverWhole(text: string, secret: string, hidden: Uint8Array): void {
  const { length } = secret
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    const before = text.slice(Math.max(0, at - 1), at)
    const isCounted = length >= SHORT || !IN_WORD.test(before + text.slice(at + length, at + length + 1))
    if (isCounted) hidden.fill(1, at, at + length)
  }
}

const IN_WORD = /[\p{L}\p{N}]/u

/** Whether there is a border of words at this place. */
function isApart(text: string, at: number): boolean {
  return !(IN_WORD.test(text.charAt(at - 1)) && IN_WORD.test(text.charAt(at)))
}

/** Replaces each hidden part by one mark. Text between two hidden parts that is shorter than `least` is hidden too. */
function joined(text: string, hidden: Uint8Array, least: number): string {
  let shown = ''
  let end = 0
  for (let at = hidden.indexOf(1); at >= 0; at = hidden.indexOf(1, end)) {
    const apart = at - end
    if (end === 0 || apart >= least) shown += `${text.slice(end, at)}${REDACTED}`
    end = at
    while (hidden[end] === 1) end++
  }
  return shown + text.slice(end)
}
