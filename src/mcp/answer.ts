/**
 * Answers: JSON of a bounded size. Whatever a program calls its processes, and whatever they hold, is data in it, and text that
 * can be seen.
 *
 * The bound is in bytes: a tokenizer of a language model makes at most one token of a byte, so that no answer has
 * more than 10,000 tokens, whatever is in it.
 */

/** Bytes of UTF-8 that an answer has at most. */
export const LARGEST = 9_500
/** Of them, what is kept free for what is said about the rest. */
const MARGIN = 1_000

/** How a value is made smaller, from gently to hard: characters of a text, entries of a list or an object, levels. */
const CUTS = [
  { length: 2_000, breadth: 100, depth: 12 },
  { length: 500, breadth: 40, depth: 8 },
  { length: 200, breadth: 20, depth: 6 },
  { length: 100, breadth: 10, depth: 4 },
  { length: 50, breadth: 5, depth: 3 },
] as const
const ROW = { length: 400, breadth: 20, depth: 5 }

/** What an answer holds. */
export type Facts = Readonly<Record<string, unknown>>

interface Cut {
  readonly length: number
  readonly breadth: number
  readonly depth: number
}

/** Format and control characters, tags and variation selectors: what a reader cannot see, and a model can. */
const UNSEEN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Variation_Selector}]/gu

/** JSON in which everything is text that can be seen. */
export function textOf(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, (unseen) =>
    Array.from({ length: unseen.length }, (_, at) => escaped(unseen.charCodeAt(at))).join(''),
  )
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text)
}

/** Rows, as many as there is room for, and how the rest is asked for. */
export function rowsAnswer(
  facts: Facts,
  rows: readonly Facts[],
  /** The arguments that ask for what comes after so many of these rows; undefined where nothing does. */
  next: (shown: number) => Facts | undefined,
): string {
  const small = rows.map((row) => smaller(row, ROW))
  let room = LARGEST - MARGIN - sizeOf(textOf(facts))
  let shown = 0
  while (shown < small.length) {
    room -= sizeOf(textOf(small[shown])) + 1
    // One that is too large by itself is shown all the same, as what it can be cut to.
    if (room < 0 && shown > 0) break
    shown++
    if (room < 0) small[shown - 1] = fitting(small[shown - 1] as Facts, LARGEST / 2)
  }
  const more = next(shown)
  const answer = { ...facts, rows: small.slice(0, shown), ...(more === undefined ? {} : { next: more }) }
  return textOf(answer)
}

/** One thing, as whole as there is room for. */
export function wholeAnswer(value: Facts, hint: string): string {
  const whole = textOf(smaller(value, { length: 4_000, breadth: 500, depth: 20 }))
  if (sizeOf(whole) <= LARGEST && whole.length === textOf(value).length) return whole
  return textOf({ ...fitting(value, LARGEST - MARGIN), left_out: hint })
}

function fitting(value: Facts, room: number): Facts {
  for (const cut of CUTS) {
    const cutValue = smaller(value, cut) as Facts
    if (sizeOf(textOf(cutValue)) <= room) return cutValue
  }
  return { left_out: 'too large to be shown here' }
}

/** A copy that is cut; what is left out is said in its place. */
function smaller<T>(value: T, cut: Cut): T
function smaller(value: unknown, { length, breadth, depth }: Cut): unknown {
  if (typeof value === 'string')
    return value.length <= length
      ? value
      : `${value.slice(0, length)}… (${value.length - length} characters more)`
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return Array.isArray(value) ? `[${value.length} entries]` : '{…}'
  const inside = { length, breadth, depth: depth - 1 }
  if (Array.isArray(value)) {
    const first = value.slice(0, breadth).map((each: unknown) => smaller(each, inside))
    return value.length <= breadth ? first : [...first, `… (${value.length - breadth} more)`]
  }
  const keys = Object.keys(value)
  const shown = keys
    .slice(0, breadth)
    .map((key) => [smaller(key, inside), smaller((value as Facts)[key], inside)] as const)
  const rest = keys.length <= breadth ? [] : [['…', `${keys.length - breadth} more`] as const]
  return Object.fromEntries([...shown, ...rest])
}
