/** Checks the result of a state callback and converts it into one shape. */
import { isDeepStrictEqual } from 'node:util'
import type { ExitReason } from '../../../kernel/index.js'

/**
 * The result of a callback, in one shape. `data` and `nextState` count only if their flag is set, since any value, also `undefined`, can be
 * the data or the state.
 */
export interface Step {
  readonly moves: boolean
  readonly nextState: unknown
  readonly repeats: boolean
  readonly changesData: boolean
  readonly data: unknown
  readonly actions: unknown
  readonly stops: boolean
  readonly stop: ExitReason
  readonly replies: unknown
}

const KEEP: Step = {
  moves: false,
  nextState: undefined,
  repeats: false,
  changesData: false,
  data: undefined,
  actions: undefined,
  stops: false,
  stop: undefined,
  replies: undefined,
}
const REPEAT: Step = { ...KEEP, repeats: true }

const KEYS: ReadonlySet<string> = new Set(['nextState', 'repeatState', 'data', 'actions', 'stop', 'replies'])

/**
 * Converts the result of a callback into a step; `undefined` if it is not a valid result. A misspelt key is a mistake and not a missing
 * key.
 */
export function stepOf(result: unknown): Step | undefined {
  if (result === 'keep_state') return KEEP
  if (result === 'repeat_state') return REPEAT
  if (typeof result !== 'object' || result === null) return undefined
  let known = 0
  for (const key in result) {
    if (!KEYS.has(key)) return undefined
    known++
  }
  if (known === 0) return undefined
  const { nextState, repeatState, data, actions, stop, replies } = result as Record<string, unknown>
  const [moves, stops, repeats] = ['nextState' in result, 'stop' in result, repeatState === true]
  if (Number(moves) + Number(stops) + Number(repeats) > 1 || (repeatState !== undefined && !repeats))
    return undefined
  if (stops ? actions !== undefined : replies !== undefined) return undefined
  return { moves, nextState, repeats, changesData: 'data' in result, data, actions, stops, stop, replies }
}

/** Whether two values are the same state: they are equal, or deeply equal. */
export function same(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && isDeepStrictEqual(one, other))
}
