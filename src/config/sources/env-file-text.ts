/**
 * The parser of `.env` files. It gives the same result as Node's `parseEnv`, except where that silently drops lines or cuts values,
 * differently in each version of Node. Such a line is an error here.
 */

import { configError } from '../errors.js'

/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/s
/** The text that may follow a quoted value. */
const REST = /^\s*(?:#.*)?$/s

/** The variables in a text. @throws ENV_FILE_INVALID with the line */
export function variablesOf(text: string, name: string): Variables {
  const variables: Record<string, string> = {}
  const lines = text.split(/\r\n|\n|\r/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const [, variable, value = ''] = ASSIGNMENT.exec(line) ?? []
    if (variable === undefined) throw wrong(name, at, 'expected NAME=value, a comment or nothing')
    const quote = /^["'`]/.exec(value)?.[0]
    if (quote === undefined) {
      variables[variable] = bare(value, name, at)
      continue
    }
    const first = at
    let quoted = value.slice(1)
    while (!quoted.includes(quote)) {
      at++
      if (at === lines.length) throw wrong(name, first, `the quote ${quote} is not closed`)
      quoted += `\n${lines[at] as string}`
    }
    const end = quoted.indexOf(quote)
    if (!REST.test(quoted.slice(end + 1))) {
      throw wrong(
        name,
        at,
        `there is something behind the closing ${quote}; use another kind of quote around it`,
      )
    }
    const held = quoted.slice(0, end)
    variables[variable] = quote === '"' ? held.replaceAll('\\n', '\n') : held
  }
  return variables
}

/** A value without quotes. It ends at a comment, which must have a space before it. */
function bare(value: string, name: string, at: number): string {
  const sign = value.indexOf('#')
  if (sign === -1) return value.trim()
  if (sign === 0 ? /^#(?:\s|$)/.test(value) : /\s/.test(value[sign - 1] as string))
    return value.slice(0, sign).trim()
  throw wrong(
    name,
    at,
    'there is a # in a value without quotes, which others take for a comment: quote the value',
  )
}

function wrong(file: string, at: number, reason: string): Error {
  return configError('ENV_FILE_INVALID', { file, line: `:${at + 1}`, reason })
}
