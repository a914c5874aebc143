/** Values as short lines of text: capped, on one line, without secrets. What is shown is data and never markup. */
import { snapshot } from '../../logging/index.js'

const NEAR = { depth: 2, breadth: 8, length: 200, size: 40 }

/** What a terminal obeys, and what has a page write from right to left: a name could pass for another. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}]/gu
const written = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Any value on one line of at most about 200 characters. */
export function lineOf(value: unknown, length = 200): string {
  const shown = snapshot(value, { ...NEAR, length })
  const text = typeof shown === 'string' ? shown : (JSON.stringify(shown) ?? String(shown))
  const line = text.replace(/\s+/g, ' ').replace(UNSEEN, written)
  return line.length <= length + 40 ? line : `${line.slice(0, length)}…`
}
