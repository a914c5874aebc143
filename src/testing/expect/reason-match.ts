import { isDeepStrictEqual, types } from 'node:util'
import { formatReason, inherits, read } from '../../kernel/index.js'

/**
 * What an exit reason is compared with: a `RegExp` with the reason's text, a class with the error's, a function that
 * judges it; anything else must equal it.
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
