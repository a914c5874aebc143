/**
 * The bound fields of a pino logger, which it writes in every line: those of its base and those of its children. Fields named `pid` and
 * `name` get other names here, since Heartwood writes the process under these keys, and a duplicate key has no meaning in JSON.
 */
import type { Logger as PinoLogger } from 'pino'
import { symbolOf } from './text/pino-symbols.js'

type Open = Record<symbol, unknown>

const NAMES: ReadonlyMap<string, string> = new Map([
  ['pid', 'osPid'],
  ['name', 'logger'],
])

const HAS_NAMES = /"(?:pid|name)":/

/** Renames the bound fields of a logger, and of all children that are made later. */
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

/** The renamed fields; pino stores them as a text. */
function renamed(fields: string): string {
  try {
    const parsed = JSON.parse(`{${fields.slice(1)}}`) as Record<string, unknown>
    const named = new Map(Object.entries(parsed).map(([key, value]) => [NAMES.get(key) ?? key, value]))
    return [...named].map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`).join('')
  } catch {
    // A text that is no JSON stays as it is.
    return fields
  }
}
