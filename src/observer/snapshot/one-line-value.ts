/** Values as short lines of text: capped, on one line, without secrets. What is shown is data and never markup. */
import { jsonOf, oneLine, snapshot } from '../../kernel/index.js'

const NEAR = { depth: 2, breadth: 8, length: 200, size: 40, privates: 0 }

/** Any value on one line of at most about 200 characters. */
export function lineOf(value: unknown, length = 200): string {
  const text = jsonOf(snapshot(value, { ...NEAR, length }))
  const line = oneLine(text.replace(/\s+/g, ' '))
  return line.length <= length + 40 ? line : `${line.slice(0, length)}…`
}
