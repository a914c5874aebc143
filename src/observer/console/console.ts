/** `heartwood console`: a line at a time into a program that runs, through its observer. */
import { userInfo } from 'node:os'
import type { ReadStream, WriteStream } from 'node:tty'
import { ObserverClient } from '../../application/index.js'
import { checkKnown, checkText, namesOf, oneLine, read } from '../../kernel/index.js'
import { showsColours } from '../../logging/index.js'
import { Link } from './link.js'
import { session } from './session.js'

/** The options of a console. */
export interface ConsoleOptions {
  readonly input?: ReadStream | undefined
  readonly output?: WriteStream | undefined
  /** Default `OBSERVER_TOKEN` of the environment. */
  readonly token?: string | undefined
  /** Ends the console. */
  readonly signal?: AbortSignal | undefined
}

const ASKER = { usage: 'heartwood console <url>', help: 'heartwood console --help' }

const CONSOLE_OPTIONS = namesOf<ConsoleOptions>({ input: true, output: true, token: true, signal: true })

/**
 * Opens a console on the program whose observer has this URL, until its input ends. Lines run here; their requests to the program go
 * through its observer, which needs the token and the option `console`. If the input is not a terminal, its lines are run one after the other.
 * OTP's `erl -remsh`, and `iex --remsh`.
 *
 * @throws BAD_OPTION, USAGE, OBSERVER_UNREACHABLE, OBSERVER_ANSWER; CONSOLE_REFUSED if the console is off. All of them reject.
 * @example
 * ```ts
 * await openConsole('http://127.0.0.1:4010', { token: process.env.OBSERVER_TOKEN })
 * ```
 */
export async function openConsole(url: string, options: ConsoleOptions = {}): Promise<void> {
  checkText(url, 'openConsole', 'the URL')
  checkKnown('openConsole', options, CONSOLE_OPTIONS)
  const { input = process.stdin, output = process.stdout, token = process.env.OBSERVER_TOKEN } = options
  const link = new Link(new ObserverClient(url, token, ASKER), userName())
  const told = await link.order('hello')
  const colors = showsColours(output)
  if (output.isTTY === true && input.isTTY === true) {
    const [node, pid] = ['node', 'osPid'].map((key) => oneLine(String(read(told, key))))
    output.write(`Heartwood console of ${node}, program ${pid}. help tells what there is; Ctrl-D leaves.\n`)
  }
  await session(link, { input, output, colors }, 'heartwood> ', options.signal)
}

/** For the log of the program, which can only take it as said. */
function userName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    // A container may run as a user without an entry.
    return undefined
  }
}
