/** What is a secret by itself, or by the key it stands under. */
import { inspect } from 'node:util'

/** What is shown in place of a secret. */
export const REDACTED = '[redacted]'

/** Whether a value was marked as secret; any value may be asked. */
export let isSecret: (value: unknown) => boolean

/**
 * A value that is hidden: logs, reports, errors, JSON and `util.inspect` show
 * `[redacted]`; `reveal` returns the value.
 *
 * @example
 * ```ts
 * const key = new Secret('k-123')
 * console.log(`${key}`, key.reveal().length) // [redacted] 5
 * ```
 */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  static {
    isSecret = (value) => typeof value === 'object' && value !== null && #value in value
  }

  /** Returns the value. Do not keep it longer than needed. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}

/** Words that make a secret of whatever contains them, also where words run together, as in `PGPASSWORD`. */
const ANYWHERE =
  /passw(or)?d|passphrase|passcode|passwort|kennwort|contrase(n|ñ)a|secret(?!ar|i)|token(?!i[sz])|authori[sz]ation|credential|cookie|(api|access|priv(ate)?|secret|encryption|signing|master|session|storage|account|license)[-_. ]?key(?!board|s?tone|note)|sess(ion)?[-_. ]?id|connection[-_. ]?string|(recovery|backup|verification|security|auth|access|login|reset|invite)[-_. ]?codes?$|(seed|recovery|secret|mnemonic)[-_. ]?(phrase|words)|mnemonic/i

/** Words that do so where they stand by themselves: `auth` and `db_pass`, and neither `author` nor `passenger`. */
const WORDS = new Set(
  `pass passes pwd pw pin pincode otp totp mfa auth oauth jwt jwts jws jwe dsn sid session sessid phpsessid jsessionid
  signature sig hmac salt nonce bearer apikey apikeys privkey cred creds csrf xsrf cvv cvc cvn pem pfx keytab psk ssn`.split(
    /\s+/,
  ),
)

/** A key that ends so tells something about a secret, and not the secret: `tokenCount`, `auth_method`. */
const ABOUT = new Set(
  `count counts counter length size limit limits max min total type types kind kinds rate rates ratio timeout ttl age
  expiry expires expired expiration enabled disabled required optional allowed valid invalid verified policy policies url
  uri urls endpoint endpoints host method methods mode modes status state strength version format formats ms seconds
  minutes time times date at in on field fields header headers prefix provider providers strategy issuer algorithm alg
  scheme schemes scope scopes created updated used left remaining usage index error errors failed failures attempts retries
  level levels manager service store handler handlers middleware module client server consent banner domain path
  name names by duration interval lifetime start end started ended`.split(/\s+/),
)

/** And one that begins so. */
const ASKS = new Set('is has needs requires should can use uses no num number max min total count'.split(' '))

/** Numbers under these are amounts, as a language model's `tokens`. */
const PLURAL = /(tokens|cookies|secrets|passes|passwords|sessions|credentials|keys|codes)$/i

/** As much of a key as is looked at. */
const LONGEST_KEY = 200

/** The words of a key: `X-API-Key`, `apiKey` and `API_KEY` have the same. */
function wordsOf(key: string): string[] {
  return key
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
}

/** Whether the value under this key is better not shown. */
export function soundsSecret(key: string): boolean {
  const near = key.slice(0, LONGEST_KEY)
  if (ownKeys.size > 0 && ownKeys.has(near.toLowerCase())) return true
  const words = wordsOf(near)
  if (!ANYWHERE.test(near) && !words.some((word) => WORDS.has(word))) return false
  return !(ABOUT.has(words.at(-1) ?? '') || (words.length > 1 && ASKS.has(words[0] ?? '')))
}

/** Whether the value that stands under this key is not shown. What cannot be one is, since it helps. */
export function hides(key: string, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return false
  if (!soundsSecret(key)) return false
  return typeof value !== 'number' || !PLURAL.test(key) || ownKeys.has(key.toLowerCase())
}

/** A key that holds a secret itself, as `token-3f9a…`: the word in front, and what follows. */
const HOLDING = /^(.{0,60}?\p{L}{3,})([-_:.=/ ]+)(\S{6,})$/su

/** A key as it may be shown. */
export function shownKey(key: string): string {
  const [, word = '', sign = '', rest = ''] = HOLDING.exec(key.slice(0, LONGEST_KEY)) ?? []
  if (rest === '' || !soundsSecret(word)) return key
  return /\d/.test(rest) || rest.length >= 20 ? `${word}${sign}${REDACTED}` : key
}

/** Keys of the program's own, in lower case, and paths of such. */
const ownKeys = new Set<string>()
const ownPaths: (readonly string[])[] = []

/**
 * Has the values under these keys shown nowhere in this program, from now on: not in the log, in errors, or by an
 * observer. A path such as `'user.email'` or `'*.pin'` means the last of its keys only below the others.
 */
export function redactAlso(keys: readonly string[]): void {
  for (const key of keys) {
    const path = key
      .replace(/\[["']?([^\]"']*)["']?\]/g, '.$1')
      .split('.')
      .filter((step) => step !== '')
      .map((step) => step.toLowerCase())
    while (path.length > 1 && path[0] === '*') path.shift()
    const [first] = path
    if (first === undefined) continue
    if (path.length === 1) ownKeys.add(first)
    else if (!ownPaths.some((other) => other.join('.') === path.join('.'))) ownPaths.push(path)
  }
}

/** All that `redactAlso` was told: for other threads and programs, which show the same. */
export function alsoRedacted(): readonly string[] {
  return [...ownKeys, ...ownPaths.map((path) => path.join('.'))]
}

/** Whether a path of the program's own ends here. @param steps the keys from the outermost on */
export function hidesPath(steps: readonly string[]): boolean {
  return ownPaths.some((path) => {
    const skipped = steps.length - path.length
    return (
      skipped >= 0 && path.every((step, at) => step === '*' || step === steps[skipped + at]?.toLowerCase())
    )
  })
}
