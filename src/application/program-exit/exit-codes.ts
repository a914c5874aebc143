/** The exit codes of a program, and the code for each kind of end. */
import { HeartwoodError } from '../../kernel/index.js'
import type { SystemExit } from '../lifecycle/application-controller.js'

/** The table of exit codes of `heartwood`. The help prints it, and it is in `docs/errors.md`. */
export const EXIT_CODES = [
  { code: 0, name: 'ok', meaning: 'success; for start: stopped in order' },
  {
    code: 1,
    name: 'crashed',
    meaning: 'an application ended that must not end, or code outside every process failed',
  },
  {
    code: 2,
    name: 'usage',
    meaning: 'wrong usage, or a configuration or plan with mistakes; nothing was started',
  },
  { code: 3, name: 'boot', meaning: 'an application did not start; the parts that had started were stopped' },
  { code: 4, name: 'stragglers', meaning: 'the stop took too long, and the remaining processes were killed' },
  {
    code: 5,
    name: 'refused',
    meaning: 'the environment failed: no program answers at the URL, or the folder cannot be written',
  },
] as const

type Name = (typeof EXIT_CODES)[number]['name']

/** The codes for errors that are not mistakes in the command. */
const EXITS: Readonly<Record<string, Name>> = {
  BOOT_FAILED: 'boot',
  BOOT_TIMEOUT: 'boot',
  OBSERVER_UNREACHABLE: 'refused',
  OBSERVER_ANSWER: 'refused',
  PROJECT_NOT_WRITTEN: 'refused',
}

export function exitCode(name: Name): number {
  return EXIT_CODES.find((each) => each.name === name)?.code ?? 1
}

/** The exit code of a command that threw. A coded error means a mistake in the command, unless it is listed above. */
export function exitCodeOf(error: unknown): number {
  return exitCode(HeartwoodError.is(error) ? (EXITS[error.code] ?? 'usage') : 'crashed')
}

/** The exit code of a program whose system has ended. */
export function exitCodeOfSystem({ cause, reason, stragglers }: SystemExit): number {
  if (cause === 'failed') return exitCode('boot')
  // A permanent application that ends with `'normal'` has finished its work.
  if (cause === 'crashed' && reason !== 'normal') return exitCode('crashed')
  return exitCodeOfStop(stragglers)
}

/** The exit code after a stop. */
export function exitCodeOfStop(stragglers: unknown): number {
  return exitCode(Array.isArray(stragglers) && stragglers.length > 0 ? 'stragglers' : 'ok')
}

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** The exit code of a program that a signal has ended, by the convention of shells. */
export function signalCode(signal: keyof typeof SIGNAL_CODES): number {
  return SIGNAL_CODES[signal]
}

export function isSignalCode(code: number): boolean {
  return Object.values<number>(SIGNAL_CODES).includes(code)
}

/** The rows of the table for the help. */
export function exitCodeHelp(): string {
  const rows = EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`)
  return [...rows, '  130, 143  a second SIGINT or SIGTERM ended the program at once'].join('\n')
}
