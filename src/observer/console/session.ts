/** One console: lines of somebody, run here, with functions that ask the program. */

import { createInterface } from 'node:readline'
import type { REPLServer } from 'node:repl'
import type { Readable, Writable } from 'node:stream'
import { PassThrough } from 'node:stream'
import { Script } from 'node:vm'
import { read } from '../../kernel/index.js'
import { observerError } from '../errors.js'
import { completionOf } from './completion.js'
import type { Link } from './link.js'
import { namesOf } from './names.js'
import { shownValue } from './shown-value.js'

/** Where a console reads and writes. */
export interface Ends {
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly colors: boolean
}

type Evaluate = (
  this: REPLServer,
  code: string,
  context: object,
  file: string,
  done: (error: Error | null, value?: unknown) => void,
) => void

/**
 * Runs until the input ends, or `until` does.
 *
 * @param prompt what stands before each line at a terminal
 */
export async function session(
  link: Link,
  { input, output, colors }: Ends,
  prompt: string,
  until?: AbortSignal,
): Promise<void> {
  // It loads domains, which a program that only has an observer must not have.
  const { start } = await import('node:repl')
  const terminal = input.isTTY === true && output.isTTY === true
  const lines = terminal ? undefined : new PassThrough()
  const server = start({
    prompt: terminal ? prompt : '',
    input: lines ?? input,
    output,
    terminal,
    useGlobal: false,
    // It would ask the program with every key.
    preview: false,
    ignoreUndefined: true,
    // A line that does not come to its end is abandoned by Ctrl-C.
    breakEvalOnSigint: terminal,
    writer: (value: unknown) => {
      // The one place that hears of it in each version of Node, wherever the line was.
      const isAbandoned = read(value, 'code') === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
      if (isAbandoned) link.abandon()
      const shown = isAbandoned ? observerError('CONSOLE_ABANDONED') : value
      return shownValue(shown, { colors, columns: output.columns || 80 })
    },
  })
  const names = namesOf(link)
  for (const [name, value] of Object.entries(names)) {
    Object.defineProperty(server.context, name, {
      value,
      configurable: true,
      writable: true,
      enumerable: true,
    })
  }
  const own = server as unknown as { eval: Evaluate; completer: unknown }
  const evaluate = own.eval
  own.eval = function (code, ...rest) {
    evaluate.call(this, awaited(code), ...rest)
  }
  own.completer = completionOf(link, server)
  const ended = new Promise<void>((resolve) => server.once('exit', resolve))
  const close = (): void => server.close()
  until?.addEventListener('abort', close, { once: true })
  try {
    if (until?.aborted === true) close()
    if (lines !== undefined) feed(input, lines, server)
    await ended
  } finally {
    link.abandon()
    until?.removeEventListener('abort', close)
  }
}

/** A line that is an expression is awaited, so that a call prints its reply. Whatever else it is stays as it was typed. */
function awaited(code: string): string {
  const expression = code.trim().replace(/;+$/, '')
  if (expression === '' || !isCode(`async () => (${expression}\n)`)) return code
  return `await (${expression}\n)\n`
}

function isCode(text: string): boolean {
  try {
    new Script(text)
    return true
  } catch {
    // What it is will be found, and said, by whoever runs it.
    return false
  }
}

/** Lines of a file or a pipe, each after the one before has come to its end. */
function feed(input: Readable, lines: PassThrough, server: REPLServer): void {
  const waiting: string[] = []
  let idle = true
  let over = false
  const next = (): void => {
    const line = waiting.shift()
    idle = line === undefined
    if (line !== undefined) lines.write(`${line}\n`)
    else if (over) lines.end()
  }
  const prompted = server.displayPrompt.bind(server)
  server.displayPrompt = (preserveCursor) => {
    prompted(preserveCursor)
    setImmediate(next)
  }
  createInterface({ input })
    .on('line', (line) => {
      waiting.push(line)
      if (idle) next()
    })
    .on('close', () => {
      over = true
      if (idle) next()
    })
}
