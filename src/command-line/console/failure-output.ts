/** How a command says that it failed: a line for people on standard error and, when asked, JSON for scripts. */
import { EXIT_CODES, type Problem } from '../../application/index.js'
import { HeartwoodError, isError, read, stackLines } from '../../kernel/index.js'
import { painter, reasonLine, showsColours } from '../../logging/index.js'

/** One thing that is wrong. */
interface Fault {
  readonly code: string
  readonly message: string
  /** Where the documentation explains the code. */
  readonly docs?: string
}

/** Errors behind errors that are told. */
const LONGEST_CHAIN = 8

/** Tells people; with `verbose` also where it comes from. */
export function printError(error: unknown, verbose: boolean): void {
  const { message, code } = faultOf(error)
  const paint = painter(showsColours(process.stderr))
  process.stderr.write(`${paint('heartwood:', 'red')} ${message}${code === '' ? '' : ` [${code}]`}\n`)
  if (!verbose) return
  let at = error
  for (let errors = 0; isError(at) && errors < LONGEST_CHAIN; errors++, at = read(at, 'cause')) {
    process.stderr.write(`${stackLines(at).join('\n')}\n`)
  }
}

/** Tells a script, on one line: what went wrong, and each single problem of a configuration. */
export function printFailure(error: unknown, exitCode: number): void {
  const fault = faultOf(error)
  const problems = problemsOf(error).map(({ path, error }) => ({ path, ...faultOf(error) }))
  printJson({ ok: false, exitCode, error: fault, ...(problems.length === 0 ? undefined : { problems }) })
}

/** Tells a script that what was started ended badly. */
export function printEnding(exitCode: number): void {
  const { name, meaning } = EXIT_CODES.find(({ code }) => code === exitCode) ?? EXIT_CODES[1]
  printJson({ ok: false, exitCode, error: { code: name.toUpperCase(), message: meaning } })
}

/** One JSON document on one line. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

function faultOf(error: unknown): Fault {
  if (HeartwoodError.is(error)) return { code: error.code, message: error.message, docs: error.docs }
  return { code: '', message: reasonLine(error) }
}

function problemsOf(error: unknown): readonly Problem[] {
  const problems = HeartwoodError.is(error) ? error.details.problems : undefined
  return Array.isArray(problems) ? (problems as readonly Problem[]) : []
}
