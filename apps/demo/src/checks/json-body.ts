import { query } from 'json-p3'
import type { JsonWanted } from '../target.js'

/** Judges a JSON body: what is wrong with it, or nothing. */
export type JudgeJson = (
  content: string,
  wanted: JsonWanted,
  signal: AbortSignal,
) => string | undefined | Promise<string | undefined>

/** A path that goes straight to one value: what it costs does not depend on what is there. */
const STRAIGHT = /^\$(\.[\p{L}_][\p{L}\p{N}_]*|\[\d+\]|\["[^"\\]*"\]|\['[^'\\]*'\])*$/u

/** Characters up to which a body is judged where it is. */
const SHORT = 65_536

/** Whether judging it takes no longer than reading it, and that no time. */
export function isHarmless(content: string, wanted: JsonWanted): boolean {
  return content.length <= SHORT && Object.keys(wanted).every((path) => STRAIGHT.test(path))
}

export function judgeJson(content: string, wanted: JsonWanted): string | undefined {
  let value: ReturnType<typeof JSON.parse>
  try {
    value = JSON.parse(content)
  } catch {
    return 'body is not JSON'
  }
  for (const [path, expected] of Object.entries(wanted)) {
    const found = valuesAt(path, value)
    if (found === undefined || found.length === 0) return `body has nothing at ${path}`
    const wrong = found.find((each) => !isExpected(each, expected))
    if (wrong !== undefined) return `body has ${shown(wrong)} at ${path}, expected ${shownExpected(expected)}`
  }
  return undefined
}

/** A body that is nested too deeply for the path has nothing there. */
function valuesAt(path: string, value: Parameters<typeof query>[1]): readonly unknown[] | undefined {
  try {
    return query(path, value).values()
  } catch {
    return undefined
  }
}

function isExpected(found: unknown, expected: JsonWanted[string]): boolean {
  if (typeof expected !== 'object' || expected === null) return found === expected
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = expected
  return typeof found === 'number' && min <= found && found <= max
}

function shownExpected(expected: JsonWanted[string]): string {
  if (typeof expected !== 'object' || expected === null) return JSON.stringify(expected)
  const { min, max } = expected
  if (min === undefined) return `at most ${max}`
  return max === undefined ? `at least ${min}` : `${min} to ${max}`
}

/** What a target answers is its own business: of a text or a number enough to tell what it is, of the rest its kind. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value)
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`
}
