/** A target may answer with what it was asked: its own secrets are not to stand in what is told of it. */
import { Secret } from 'heartwood'
import type { Target } from '../target.js'
import { visible } from '../visible.js'

const MARK = '[redacted]'
/** A shorter text is part of many words, and no secret. */
const SHORTEST = 4
/** How a value that was cut ends. */
const CUT = '…'

/**
 * What a target says, as it may be told: without what only Pulse and the target should know, in whichever form that was given back, and
 * with nothing in it that acts on a terminal or turns the writing round.
 */
export function wordsOf(target: Target, text: string): string {
  return visible(withoutSecretsOf(target, text))
}

function withoutSecretsOf(target: Target, text: string): string {
  let left = text
  for (const form of formsOf(target)) {
    left = left.replaceAll(form, MARK)
    for (let end = left.indexOf(CUT); end !== -1; end = left.indexOf(CUT, end + 1)) {
      const begun = beginOf(form, left.slice(0, end))
      if (begun === 0) continue
      left = `${left.slice(0, end - begun)}${MARK}${left.slice(end)}`
      end += MARK.length - begun
    }
  }
  return left
}

/** How much of the form the text ends with. */
function beginOf(form: string, text: string): number {
  for (let length = Math.min(form.length - 1, text.length); length >= SHORTEST; length--) {
    if (text.endsWith(form.slice(0, length))) return length
  }
  return 0
}

/** The longest first: none is to hide a part of another. */
function formsOf(target: Target): readonly string[] {
  const forms = [...secretsOf(target)].flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodedOf(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ])
  return [...new Set(forms)].filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length)
}

function* secretsOf(target: Target): Generator<string> {
  if (target.kind === 'push') yield target.token.reveal()
  if (target.kind !== 'http') return
  const { address, authorization, headers, payload } = target
  const { search, searchParams } = new URL(address.reveal())
  yield search.slice(1)
  yield* searchParams.values()
  for (const given of [...Object.values(headers), payload, authorization]) {
    if (given instanceof Secret) yield* partsOf(given.reveal())
  }
}

/** Of a header that tells who asks, also what stands in it. */
function* partsOf(value: string): Generator<string> {
  yield value
  const [, scheme = '', credentials = ''] = /^(basic|bearer|token|digest) +(.+)$/is.exec(value) ?? []
  yield credentials
  if (scheme.toLowerCase() !== 'basic') return
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  yield pair
  yield pair.slice(0, Math.max(0, colon))
  yield pair.slice(colon + 1)
}

function encodedOf(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    // Half a surrogate pair has no such form.
    return ''
  }
}
