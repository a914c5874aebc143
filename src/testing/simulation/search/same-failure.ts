/** Whether two runs show the same bug: what a schedule that is made shorter must keep to. */
import {
  errorText,
  HeartwoodError,
  inherits,
  isError,
  placeOf,
  printed,
  read,
} from '../../../kernel/index.js'
import type { Run } from '../run/run.js'

/** How much of a failure must be the same: `'all'`, or all but the numbers in its message, which may follow from a draw. */
export type Likeness = 'all' | 'but numbers'

export function sameFailure(one: Run, other: Run, likeness: Likeness = 'all'): boolean {
  if (one.failure === undefined || other.failure === undefined) return false
  const [first, second] = [one, other].map((run) => traitsOf(run, likeness))
  return first === second
}

/** Class, code and message, the place where it was thrown, and all of that of what it says was thrown. */
function traitsOf({ failure }: Run, likeness: Likeness): string {
  if (failure === undefined) return ''
  const { kind, error } = failure
  // Who waits for what when the steps are at an end is a matter of chance.
  if (kind === 'endless') return kind
  return `${kind} ${errorTraits(error, likeness)}`
}

function errorTraits(error: unknown, likeness: Likeness): string {
  if (!isError(error)) return worded(printed(error), likeness)
  const code = HeartwoodError.is(error) ? error.code : read(error, 'code')
  const place = inherits(error, HeartwoodError.prototype)
    ? undefined
    : placeOf(errorText(error, 'stack') ?? '')
  const cause = read(error, 'cause')
  return [
    errorText(error, 'name') ?? 'Error',
    printed(code),
    worded(errorText(error, 'message') ?? '', likeness),
    place?.at ?? '',
    cause === undefined ? '' : errorTraits(cause, likeness),
  ].join(' | ')
}

/** Pids and references count on from run to run, and which of two with the same label is called its second is chance. */
function worded(text: string, likeness: Likeness): string {
  const same = text
    .replace(/(?:Pid)?<0\.\d+>/g, '<pid>')
    .replace(/#Ref<\d+>/g, '<ref>')
    .replace(/#\d+/g, '')
  return likeness === 'all' ? same : same.replace(/\d+/g, '0')
}
