/**
 * The fields that a pino has in every line: those of its base, and those that a child was bound to. `pid` and `name` say which
 * process writes, and a key that is there twice has no meaning in JSON: so theirs have other names.
 */
import type { Logger as PinoLogger } from 'pino'
import { symbolOf } from './text/pino-symbols.js'

type Open = Record<symbol, unknown>

const NAMES: ReadonlyMap<string, string> = new Map([
  ['pid', 'osPid'],
  ['name', 'logger'],
])

const HAS_NAMES = /"(?:pid|name)":/

/** Gives those of a logger other names, and has the same done with all that become its children. */
export function renameBoundFields(logger: PinoLogger): void {
  const key = symbolOf(logger, 'pino.chindings')
  if (key === undefined) return
  const rename = (each: PinoLogger): void => {
    const open = each as unknown as Open
    const fields = open[key]
    if (typeof fields === 'string' && HAS_NAMES.test(fields)) open[key] = renamed(fields)
  }
  rename(logger)
  const { onChild } = logger
  logger.onChild = (child) => {
    rename(child as PinoLogger)
    onChild(child)
  }
}

/** Pino keeps them as text. */
function renamed(fields: string): string {
  try {
    const parsed = JSON.parse(`{${fields.slice(1)}}`) as Record<string, unknown>
    const named = new Map(Object.entries(parsed).map(([key, value]) => [NAMES.get(key) ?? key, value]))
    return [...named].map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`).join('')
  } catch {
    // Some form that is no JSON: as it is.
    return fields
  }
}
