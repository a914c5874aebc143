/** The problems that prevent a start: a single problem is one error, several are one error that lists them. */
import { HeartwoodError } from '../../kernel/index.js'
import { applicationError } from '../errors.js'

/** A problem that prevents the start, or a warning; with its place. */
export interface Problem {
  /** The path from the application down: `pulse › root › web`. Empty for a problem of the configuration, whose message has the key. */
  readonly path: string
  readonly error: HeartwoodError
}

/** The error for all problems of a plan. For a single problem it is the error of that problem. */
export function planError(problems: readonly Problem[]): HeartwoodError {
  const [first] = problems
  if (first !== undefined && problems.length === 1) {
    if (first.path === '') return first.error
    const { code, message, details } = first.error
    return new HeartwoodError(
      code,
      `${first.path}: ${message}`,
      { ...details, path: first.path, problems },
      { cause: first.error },
    )
  }
  return applicationError('PLAN_INVALID', {
    count: problems.length,
    list: problems.map((each) => `\n  ${problemLine(each)}`).join(''),
    problems,
  })
}

/** The line for a problem in a list. */
export function problemLine({ path, error }: Problem): string {
  return `${path === '' ? '' : `${path}: `}${error.message} (${error.code})`
}

/** The error for all mistakes in a configuration. */
export function problemsError(errors: readonly HeartwoodError[]): HeartwoodError {
  return planError(errors.map((error) => ({ path: '', error })))
}
