import { isDeepStrictEqual, types } from 'node:util'
import { formatReason, inherits, read } from '../../kernel/index.js'

/**
 * What an exit reason is compared with: a `RegExp` for the reason's text, a class for the error's class, a function that
 * returns whether it matches; any other value must be equal.
 */
export type ReasonMatch = unknown

export function matchesReason(expected: ReasonMatch, reason: unknown): boolean {
  if (types.isRegExp(expected)) return expected.test(formatReason(reason))
  if (isErrorClass(expected)) return inherits(reason, expected.prototype)
  if (typeof expected === 'function') return expected(reason) === true
  try {
    return isDeepStrictEqual(expected, reason)
  } catch {
    // What cannot be compared equals nothing.
    return false
  }
}

export function matchText(expected: ReasonMatch): string {
  return types.isRegExp(expected) ? String(expected) : formatReason(expected)
}

function isErrorClass(value: unknown): value is { readonly prototype: Error } {
  return value === Error || inherits(read(value, 'prototype'), Error.prototype)
}
