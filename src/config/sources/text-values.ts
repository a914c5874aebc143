/** Texts that spell a number or a boolean: variables and flags have no other kind of value. */
import { valueAt } from '../../genserver/index.js'
import { withValue } from '../settings-path.js'
import type { Layer } from './settings-source.js'

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** What a text spells; undefined where it is a text and nothing else. */
export function spelled(text: unknown): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  return typeof text === 'string' && NUMBER.test(text) ? Number(text) : undefined
}

/** Whether values of a source are texts that stand for others. */
export function isText({ from }: Layer): boolean {
  return from === '.env' || from === 'variable' || from === 'flag'
}

/** A copy in which what stands at some paths is what it spells. */
export function asSpelled(input: unknown, paths: readonly (readonly string[])[]): unknown {
  return paths.reduce((value, path) => withValue(value, path, spelled(valueAt(input, path))), input)
}
