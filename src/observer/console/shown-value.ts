/** A value as a console prints it: bounded, and nothing in it acts on the terminal. */
import { inspect } from 'node:util'
import { errorLine, HeartwoodError, isError, oneLine } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'

/** Characters that are printed of one value. */
const MOST = 50_000
/** What `inspect` lets through, and a terminal may show out of order. */
const UNSEEN = /[\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

export function shownValue(
  value: unknown,
  { colors, columns }: { readonly colors: boolean; readonly columns: number },
): string {
  // What the program says has its own code.
  if (HeartwoodError.is(value, 'CONSOLE_REFUSED')) return oneLine(String(value.details.said))
  if (HeartwoodError.is(value)) return `${value.code}: ${oneLine(value.message)}`
  try {
    if (isError(value)) return oneLine(errorLine(value))
    const text = inspect(value, {
      colors,
      breakLength: columns,
      depth: 12,
      maxArrayLength: 200,
      maxStringLength: 10_000,
    }).replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
    if (text.length <= MOST) return text
    // The rest may have been what ends a colour.
    return `${text.slice(0, MOST)}${colors ? '\u001b[0m' : ''}… (${text.length - MOST} more characters)`
  } catch (error) {
    return `[cannot be shown: ${reasonLine(error)}]`
  }
}
