/** Texts as they may be shown: without the secrets that are known by their form, cut, and unable to act on a terminal. */
import { hides, REDACTED, soundsSecret } from './secrets.js'

/** Characters that a secret at the cut may have, so that no half of it is shown. */
const BEYOND = 1_000

/** A string cut to `length` characters, saying how much is missing. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more characters)`
}

/** A string without secrets, cut to `length`. What is looked through is little more than what is shown. */
export function safeText(text: string, length: number): string {
  if (text.length <= length) return withoutSecrets(text)
  const near = withoutSecrets(text.slice(0, length + BEYOND))
  return `${near.slice(0, length)}… (${text.length - length} more characters)`
}

/** What a terminal obeys, what breaks a line, and what has a page write from right to left. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Text from outside as one line that does nothing: line ends, terminal escapes and turns of direction are written out.
 * For whatever is written for people, where a text could pass for a line of its own or for another text.
 */
export function oneLine(text: string): string {
  return text.replace(
    UNSEEN,
    (sign) => SHORT[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `"password": "x"`, also inside other JSON; a quote that is missing at the end was cut off. */
const QUOTED_PAIR =
  /(\\*["'`])([^"'`\\\n]{1,80})\1(\s*(?::|=>?|,)\s*)((?<escape>\\*)"[\s\S]*?(?:(?<!\\)\k<escape>"|$)|'(?:[^'\\]|\\.)*(?:'|$)|[-+\w.]+|\[[^\]]*(?:\]|$)|\{[^}]*(?:\}|$))/g
/** `password: 'x'`, as `util.inspect` writes it. */
const INSPECTED_PAIR = /([\w.-]{2,80})(\s*:\s*)("(?:[^"\\\n]|\\.)*(?:"|$)|'(?:[^'\\\n]|\\.)*(?:'|$))/g
/** `password=x` and `Password = "x"`, as in queries, connection strings and environments. */
const ASSIGNED_PAIR =
  /([\w.\-[\]]{1,80}|(?<=[;?&\s]|^)[A-Za-z][A-Za-z ]{2,30})(\s?=(?![=>~])\s?)("(?:[^"\\\n]|\\.)*(?:"|$)|'(?:[^'\\\n]|\\.)*(?:'|$)|[^;&\s"'<>]{0,200}(?: [^;&=\n"'<>]{1,100}(?=;))?)/g
/** `--password x` */
const FLAG_PAIR = /(--?([\w-]{3,60}))(\s+)([^\s-][^\s]*)/g
/** The name of what may be a header: any word before a colon, of which a line may have several. */
const HEADER_NAME = /(?<=^|[\s"'`([{,>])([\w-]{3,40}):[ \t]*/g
/** Its value, up to the end of its line. */
const HEADER_VALUE = /[^\r\n"'`]+/y
const HEADER =
  /^(proxy-)?authorization$|^(set-)?cookie2?$|^(x-)?[\w-]*-?(api-?key|access-key|auth-token|auth|token|secret|signature|session(-id)?|csrf|xsrf)$/i
/** The scheme of an `Authorization` says that a secret follows. */
const BEARER = /\b(Bearer|Basic|Token|Digest|Negotiate|ApiKey|Api-Key)(\s+)([\w\-.~+/]{6,}=*)/gi
const PEM = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/g
/** What is a secret whatever stands around it: web tokens, and the keys of providers that give them a form. */
const FORMED =
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*|\b(?:sk|pk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}|\bsk-[\w-]{20,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bnpm_[A-Za-z0-9]{30,}|\bxox[abeprs]-[\w-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/g
/** The part of an address before its last `@`: a password may have `@`, `/`, `#` and `?` in it. */
const ADDRESS = /\b([a-z][a-z0-9+.-]{0,30}):\/\/([^\s"'`<>]*)@/gi

/**
 * Text without the secrets that can be told by their form: passwords and tokens in addresses, `key=value`, JSON text,
 * headers, private keys, web tokens. What stands in a sentence cannot be told.
 */
export function withoutSecrets(text: string): string {
  let safe = text
  if (safe.includes('-----BEGIN')) {
    safe = safe.replace(PEM, (_, kind: string) => `-----BEGIN ${kind}-----${REDACTED}`)
  }
  if (safe.includes('://') && safe.includes('@')) safe = safe.replace(ADDRESS, withoutUser)
  safe = safe.replace(FORMED, REDACTED)
  if (safe.includes(':')) safe = withoutHeaders(safe)
  safe = safe.replace(BEARER, (all: string, scheme: string, space: string, value: string) =>
    looksRandom(value) ? `${scheme}${space}${REDACTED}` : all,
  )
  if (/["'`]/.test(safe)) {
    safe = withoutQuoted(safe, DEEPEST).replace(INSPECTED_PAIR, withoutValue)
  }
  if (safe.includes('=')) safe = safe.replace(ASSIGNED_PAIR, withoutValue)
  if (safe.includes('-')) safe = safe.replace(FLAG_PAIR, withoutFlag)
  return safe
}

function withoutUser(all: string, scheme: string, user: string): string {
  // `host:8080/path@version` and `host/path@version` have no user.
  const colon = /^[^:/?#@]*:/.exec(user)
  if (colon === null) {
    if (/[/?#]/.test(user)) return all
    // A user without a password is a token where users have no names, or where it looks like one.
    const token = /^(https?|wss?|git\+https?)$/i.test(scheme) || (user.length >= 12 && looksRandom(user))
    return token ? `${scheme}://${REDACTED}@` : all
  }
  if (/^[^:/?#@]*:\d{1,5}[/?#]/.test(user)) return all
  return `${scheme}://${colon[0]}${REDACTED}@`
}

/** `Authorization: Basic x` without its value, wherever in its line it begins. */
function withoutHeaders(text: string): string {
  let safe = ''
  let at = 0
  for (const { 0: named, 1: name = '', index } of text.matchAll(HEADER_NAME)) {
    // In the value of one before.
    if (index < at || !HEADER.test(name)) continue
    HEADER_VALUE.lastIndex = index + named.length
    const [value = ''] = HEADER_VALUE.exec(text) ?? []
    if (!isHeaderSecret(name, value)) continue
    safe += text.slice(at, index) + named + REDACTED
    at = index + named.length + value.length
  }
  return safe + text.slice(at)
}

function isHeaderSecret(name: string, value: string): boolean {
  if (value === '') return false
  // A sentence such as `token: expected a string` is no header.
  return /^(proxy-)?authorization$|cookie|^x-/i.test(name) || (/^\S+\s*$/.test(value) && looksRandom(value))
}

/** Levels of JSON within JSON that are looked into. */
const DEEPEST = 8

function withoutQuoted(text: string, depth: number): string {
  return text.replace(QUOTED_PAIR, (all, quote: string, key: string, colon: string, value: string) => {
    // Pairs in lists: `["authorization", "x"]`.
    if (colon.trim() === ',' && !/^\\*["']/.test(value)) return all
    if (secretPair(key, value)) return `${quote}${key}${quote}${colon}${replaced(value)}`
    // An object, or a text that holds one.
    return `${quote}${key}${quote}${colon}${depth === 0 ? value : withoutQuoted(value, depth - 1)}`
  })
}

function withoutValue(all: string, key: string, sign: string, value: string): string {
  return secretPair(key, value) ? `${key}${sign}${replaced(value)}` : all
}

function withoutFlag(all: string, flag: string, key: string, space: string): string {
  return soundsSecret(key) && flag.startsWith('--') ? `${flag}${space}${REDACTED}` : all
}

function secretPair(key: string, value: string): boolean {
  const bare = value.replace(/^\\*["']|\\*["']$/g, '')
  if (bare === '' || bare === REDACTED || /^(null|undefined|true|false)$/.test(bare)) return false
  return hides(key.trim(), /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : bare)
}

/** The value's own quotes stay, so that JSON stays JSON. */
function replaced(value: string): string {
  const quote = /^\\*["']/.exec(value)?.[0]
  if (quote !== undefined)
    return `${quote}${REDACTED}${value.length > quote.length && value.endsWith(quote) ? quote : ''}`
  return /^[[{\d-]/.test(value) && value !== REDACTED ? `"${REDACTED}"` : REDACTED
}

/** A word of a language has no digits, and capitals only in front. */
function looksRandom(text: string): boolean {
  return text.length > 40 || /\d|[a-z][A-Z]|[=+]/.test(text)
}
