/**
 * The one way in which an error about settings shows a value, or the words of a schema, a parser or a function that had
 * one: without the secrets of these settings. Nothing of a value gets into a message but through here.
 */
import { inspect } from 'node:util'
import {
  hides,
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

/** Characters of a value that a message shows. */
const SHOWN = 80
/** A secret of fewer characters counts only where it stands by itself: each word has some letter of it. */
const SHORT = 4
/** Characters that a text and a secret have in common before they are a piece of it, wherever they stand: parsers quote pieces. */
const PIECE = 8
/** Characters of a secret that are looked at, and texts of all secrets. */
const LONGEST = 20_000
const MOST = 1_000

const HIDDEN = 'a value that is not shown'

/** How much is shown to whoever asks for the settings. */
const WHOLE = { depth: 30, breadth: 10_000, length: 100_000, size: 100_000, privates: 0 }

export class Redactor {
  readonly #texts: readonly string[]

  /**
   * @param input what was read, before any schema or after it
   * @param secrets the keys that are listed as secret; those that sound secret are anyway
   */
  constructor(
    input: unknown,
    private readonly secrets: readonly string[] = [],
  ) {
    const texts = new Set<string>()
    this.#find(input, [], texts, new Set())
    this.#texts = [...texts].sort((a, b) => b.length - a.length)
  }

  /** The words of a library, or of an error, without any secret or piece of one that they quote. */
  words(text: string): string {
    if (this.#texts.length === 0) return withoutSecrets(text)
    const hidden = new Uint8Array(text.length)
    const lower = text.toLowerCase()
    for (const secret of this.#texts) cover(lower, secret, hidden)
    return withoutSecrets(
      joined(text, hidden, SHORT).replace(/(unexpected token) (?:'.{1,2}'|\S(?= ))/giu, '$1'),
    )
  }

  /** What was thrown, as words. */
  thrown(error: unknown): string {
    return this.words(printed(error))
  }

  /** A value of the settings, cut. */
  value(value: unknown, path: readonly PropertyKey[]): string {
    const named = textOf(path)
    if (isSecretPath(named, this.secrets) || path.some((step) => hides(String(step), value))) return HIDDEN
    // A section of the wrong shape holds the secret somewhere.
    if (this.#isAbove(named)) return isSection(value) ? 'an object' : HIDDEN
    const text = this.words(jsonOf(quoted(snapshot(value, { depth: 3, privates: 0 }))))
    return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text
  }

  /** The settings whole, for whoever asks for them: as data, with a mark for each secret in them. */
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

  /** What has a secret in it, as an address that is made of one. Pieces of it are words like others here. */
  #withoutWhole(text: string): string {
    const hidden = new Uint8Array(text.length)
    const lower = text.toLowerCase()
    for (const secret of this.#texts) if (secret.length >= SHORT) coverWhole(lower, secret, hidden)
    return joined(text, hidden, 1)
  }

  /** A path as far as it may be told: what is below a secret is part of it. */
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
    // Of what was read already.
    if (value instanceof Secret) collect(value.reveal(), texts)
    const misplaced = path.length > 0 && !isSection(value) && this.#isAbove(named)
    if (isSecretPath(named, this.secrets) || sounds || misplaced) collect(value, texts)
    else if (isSection(value) || Array.isArray(value)) {
      for (const key of Object.keys(value)) this.#find(read(value, key), [...path, key], texts, seen)
    }
  }
}

/** Whether the value of a key is a secret: one that is listed, or below one, or whose key sounds so. */
export function isSecretKey(path: readonly PropertyKey[], secrets: readonly string[]): boolean {
  return isSecretPath(textOf(path), secrets) || path.some((step) => soundsSecret(String(step)))
}

/** Whether a path is a secret that is listed, or below one. */
function isSecretPath(path: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => path === secret || path.startsWith(`${secret}.`))
}

/** A text is told apart from what is none by its quotes. */
function quoted(shown: unknown): unknown {
  return typeof shown === 'string' ? JSON.stringify(shown) : shown
}

function textOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** Every text that a secret consists of, in each way in which it is quoted. */
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
    // Which protocol an address is of is no secret, and stands in what is expected.
    .replace(/^[a-z][a-z0-9+.-]*:\/\//iu, '')
    .slice(0, LONGEST)
  const json = JSON.stringify(text).slice(1, -1)
  const forms = [text, json, JSON.stringify(json).slice(1, -1), inspect(text).slice(1, -1)]
  for (const form of [...forms, encodedOf(text), ...base64Of(text)]) {
    if (form !== '') texts.add(form.toLowerCase())
  }
}

/** Also behind another text, such as a user's name: then its letters are others. Those that depend on what stands around it are left out. */
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
    // Half a surrogate pair has no such form.
    return ''
  }
}

/**
 * Marks what is of a secret: all of it, eight characters of it wherever they stand, and half of it, of four characters at least,
 * where that stands by itself. A word of which fewer letters are in some secret, too, tells nothing of it.
 */
function cover(text: string, secret: string, hidden: Uint8Array): void {
  coverWhole(text, secret, hidden)
  if (secret.length <= SHORT) return
  const half = Math.min(PIECE, Math.max(SHORT, Math.ceil(secret.length / 2)))
  // Each is as long as it can be: it has not all of the one before.
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

/** Whether no word goes on across this place. */
function isApart(text: string, at: number): boolean {
  return !(IN_WORD.test(text.charAt(at - 1)) && IN_WORD.test(text.charAt(at)))
}

/** The text with one mark for each stretch that is hidden; what is shorter than `least` between two of them is hidden too. */
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
