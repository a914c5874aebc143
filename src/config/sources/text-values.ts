/** Texts that spell a number or a boolean. All values of variables and flags are texts. */
import { valueAt } from '../../genserver/index.js'
import { withValue } from '../settings-path.js'
import type { Layer } from './settings-source.js'

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The number or boolean that a text spells; `undefined` for any other text. */
export function spelled(text: unknown): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  return typeof text === 'string' && NUMBER.test(text) ? Number(text) : undefined
}

/** Whether the values of a layer are texts that may spell other values. */
export function isText({ from }: Layer): boolean {
  return from === '.env' || from === 'variable' || from === 'flag'
}

/** A copy in which the texts at some paths are replaced by the values that they spell. */
export function asSpelled(input: unknown, paths: readonly (readonly string[])[]): unknown {
  return paths.reduce((value, path) => withValue(value, path, spelled(valueAt(input, path))), input)
}
