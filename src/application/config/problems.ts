/** What keeps a program from starting: one error for one problem, and one that lists them all for several. */
import { HeartwoodError } from '../../kernel/index.js'
import { applicationError } from '../errors.js'

/** Something that would keep the program from starting, or that is worth a look, and where. */
export interface Problem {
  /** From the application down: `pulse › root › web`; of the configuration, its keys are in the message. */
  readonly path: string
  readonly error: HeartwoodError
}

/** The one error for all problems of a plan: the problem itself where there is one only. */
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

/** A problem among others. */
export function problemLine({ path, error }: Problem): string {
  return `${path === '' ? '' : `${path}: `}${error.message} (${error.code})`
}

/** The one error for all that is wrong with a configuration itself. */
export function problemsError(errors: readonly HeartwoodError[]): HeartwoodError {
  return planError(errors.map((error) => ({ path: '', error })))
}
