import { isDeepStrictEqual } from 'node:util'
import { formatReason } from '../kernel/index.js'

/**
 * What an exit reason is compared with: a `RegExp` with the reason's text, a class with the error's, a function that
 * judges it; anything else must equal it.
 */
export type ReasonMatch = unknown

export function matchesReason(expected: ReasonMatch, reason: unknown): boolean {
  if (expected instanceof RegExp) return expected.test(formatReason(reason))
  if (typeof expected === 'function') {
    return isErrorClass(expected) ? reason instanceof expected : expected(reason) === true
  }
  return isDeepStrictEqual(expected, reason)
}

export function matchText(expected: ReasonMatch): string {
  return expected instanceof RegExp ? String(expected) : formatReason(expected)
}

function isErrorClass(value: object): value is new () => Error {
  const { prototype } = value as { prototype?: unknown }
  return value === Error || prototype instanceof Error
}
