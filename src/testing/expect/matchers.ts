/** Matchers for `expect.extend`, of vitest and of runners that have it from jest. */
import { isDeepStrictEqual } from 'node:util'
import { isList, read } from '../../kernel/index.js'
import { watchedKernel } from '../current-test-kernel.js'
import { testingError } from '../errors.js'
import { Aim, type Target } from '../test-target.js'
import type { WatchedKernel } from '../watched-kernel.js'
import { crashesOf, lifeOf } from './expectations.js'
import { matchesReason, matchText, type ReasonMatch } from './reason-match.js'

/** What a matcher tells the runner. */
interface Verdict {
  readonly pass: boolean
  readonly message: () => string
  readonly actual?: unknown
  readonly expected?: unknown
}

/** The matchers that are added to `expect(target)`. For a process that never existed they fail, also with `not`. */
export interface HeartwoodMatchers<R = unknown> {
  /** The process is alive. */
  toBeAlive(): R
  /** The process, in the instance that the test used last, is dead; with `reason`, for that reason. */
  toHaveExited(reason?: ReasonMatch): R
  /** The process was restarted after its end; with `times`, that many times. */
  toHaveRestarted(times?: number): R
  /** An instance of the process crashed; with `reason`, for that reason. The matcher also expects this crash. */
  toHaveCrashed(reason?: ReasonMatch): R
  /** The names, or else labels, of the process and of the living processes below it, in the order of their start. */
  toHaveTree(names: readonly string[]): R
}

export const matchers = {
  toBeAlive(this: unknown, target: Target): Verdict {
    const [kernel, aim] = aimed(target, 'toBeAlive')
    const { pid } = aim
    const pass = pid !== undefined && kernel.isAlive(pid)
    return verdict(this, kernel, aim, pass, `${aim} to be alive`, lifeOf(kernel, pid))
  },

  toHaveExited(this: unknown, target: Target, ...rest: [reason?: ReasonMatch]): Verdict {
    const [kernel, aim] = aimed(target, 'toHaveExited')
    checkReason('toHaveExited', rest)
    const pid = kernel.incarnations.lastMet(aim.incarnations)
    const death = pid === undefined ? undefined : kernel.trace.deathOf(pid)
    const anyReason = rest.length === 0
    const pass = death !== undefined && (anyReason || matchesReason(rest[0], death.reason))
    const why = anyReason ? '' : ` with ${matchText(rest[0])}`
    return verdict(this, kernel, aim, pass, `${aim} to have exited${why}`, lifeOf(kernel, pid))
  },

  toHaveRestarted(this: unknown, target: Target, times?: number): Verdict {
    const [kernel, aim] = aimed(target, 'toHaveRestarted')
    if (times !== undefined && !(Number.isSafeInteger(times) && times >= 0))
      throw argumentInvalid('toHaveRestarted', 'times', times, 'a whole number from 0')
    const { incarnations } = aim
    const up = incarnations.filter((pid) => kernel.incarnations.cameUp(pid)).length
    const count = Math.max(0, up - 1)
    const failed = incarnations.length - up
    const inVain = failed === 0 ? '' : `, and ${failed} starts of it failed`
    const pass = times === undefined ? count > 0 : count === times
    const often = times === undefined ? '' : ` ${times} times`
    return verdict(
      this,
      kernel,
      aim,
      pass,
      `${aim} to have restarted${often}`,
      `it restarted ${count} times${inVain}`,
    )
  },

  toHaveCrashed(this: unknown, target: Target, ...rest: [reason?: ReasonMatch]): Verdict {
    const [kernel, aim] = aimed(target, 'toHaveCrashed')
    checkReason('toHaveCrashed', rest)
    const fits = (reason: unknown): boolean => rest.length === 0 || matchesReason(rest[0], reason)
    const found = kernel.crashes.all.filter(({ pid, reason }) => aim.hits(pid) && fits(reason))
    for (const crash of found) crash.expected = true
    const why = rest.length === 0 ? '' : ` with ${matchText(rest[0])}`
    return verdict(this, kernel, aim, found.length > 0, `${aim} to have crashed${why}`, crashesOf(kernel))
  },

  toHaveTree(this: unknown, target: Target, names: readonly string[]): Verdict {
    const [kernel, aim] = aimed(target, 'toHaveTree')
    if (!isList(names) || names.some((name) => typeof name !== 'string'))
      throw argumentInvalid('toHaveTree', 'names', names, 'a list of names')
    const top = aim.pid
    const alive = kernel.processes().filter((pid) => top !== undefined && kernel.trace.isBelow(pid, top))
    // By label where there is no name; a pid would tell nothing.
    const actual = alive.map((pid) => kernel.trace.nameOf(pid).replace(/ <[\d.]+>$/, ''))
    const pass = isDeepStrictEqual(actual, [...names])
    const found = verdict(
      this,
      kernel,
      aim,
      pass,
      `the tree of ${aim} to be ${list(names)}`,
      `it is ${list(actual)}`,
    )
    return { ...found, actual, expected: names }
  },
}

function argumentInvalid(action: string, option: string, value: unknown, expected: string): Error {
  return testingError('TEST_OPTION_INVALID', { action, option, value, expected })
}

/** A variable that holds nothing would mean any reason to whoever reads the test, and none to the matcher. */
function checkReason(action: string, given: readonly unknown[]): void {
  if (given.length === 0 || given[0] !== undefined) return
  throw argumentInvalid(action, 'reason', undefined, 'the reason, or left out for any')
}

function aimed(target: Target, action: string): [WatchedKernel, Aim] {
  const kernel = watchedKernel(action)
  return [kernel, new Aim(kernel, target, action)]
}

/**
 * @param matcher what the runner calls it on, which knows whether it is negated
 * @param pass whether it holds of a process that exists, or did: of one that never did nothing is told, nor its contrary
 */
function verdict(
  matcher: unknown,
  kernel: WatchedKernel,
  aim: Aim,
  pass: boolean,
  expected: string,
  received: string,
): Verdict {
  const isNegated = read(matcher, 'isNot') === true
  const { known } = aim
  const message = (): string => {
    const why = known ? received : 'there never was such a process'
    return `expected ${isNegated ? expected.replace(' to ', ' not to ') : expected}, but ${why}\n\n${kernel.tree()}\n\n${kernel.timeline()}`
  }
  return { pass: known ? pass : isNegated, message }
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'empty' : names.join(', ')
}
