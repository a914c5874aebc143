/** A running program in a terminal: its tree, a table like that of `top`, and what crashed. */
import type { ReadStream, WriteStream } from 'node:tty'
import { checkKnown, currentKernel, namesOf, read, receive, self, sendAfter } from '../../kernel/index.js'
import { painter, reasonLine, showsColours } from '../../logging/index.js'
import { observerError } from '../errors.js'
import { afterKey } from './keys.js'
import { lastTop, plainText, type Showing, screen } from './screen.js'
import { askOver, type Look, Source } from './source.js'
import { type Program, Terminal } from './terminal.js'

/** Milliseconds between looks. */
const PACE = 1_000
/** Where there is no shell to stop for, as in a container, the program runs on: so long after Ctrl-Z it knows that. */
const UNSTOPPED = 500

/** The options of `observe`. */
export interface ObserveOptions {
  readonly input?: ReadStream | undefined
  readonly output?: WriteStream | undefined
  /** Default `OBSERVER_TOKEN` of the environment. */
  readonly token?: string | undefined
  /** Whether to print one JSON document, `{ overview, tree, rows, events }`, and end. Default false. */
  readonly json?: boolean | undefined
}

const OBSERVE_OPTIONS = namesOf<ObserveOptions>({ input: true, output: true, token: true, json: true })

const FROM = 'the URL of an observer, or a function that asks one'

/** What wakes the terminal. */
type Wake =
  | { readonly key: string }
  | { readonly resized: true }
  | { readonly due: true }
  | { readonly unstopped: true }
  | { readonly look: Look }
  | { readonly failed: unknown }

/**
 * Shows a running program until `q` is pressed; if there is no terminal, prints once.
 *
 * @param from the URL of its observer, or a function that sends its requests in another way
 * @throws OBSERVER_OPTION, USAGE, OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject.
 */
export async function observe(
  from: string | ((path: string) => Promise<unknown>),
  options: ObserveOptions = {},
): Promise<void> {
  checkKnown('observe', options, OBSERVE_OPTIONS)
  const { input = process.stdin, output = process.stdout, token = process.env.OBSERVER_TOKEN } = options
  if (typeof from !== 'string' && typeof from !== 'function')
    throw observerError('OBSERVER_OPTION', { option: 'from', expected: FROM, value: from })
  if (typeof read(output, 'write') !== 'function')
    throw observerError('OBSERVER_OPTION', {
      option: 'output',
      expected: 'a stream to write to',
      value: output,
    })
  if (typeof read(input, 'on') !== 'function')
    throw observerError('OBSERVER_OPTION', {
      option: 'input',
      expected: 'a stream to read from',
      value: input,
    })
  if (token !== undefined && typeof token !== 'string')
    throw observerError('OBSERVER_OPTION', {
      option: 'token',
      expected: 'a text',
      value: `a ${typeof token}`,
    })
  const source = new Source(typeof from === 'string' ? askOver(from, token) : from)
  if (options.json === true) {
    output.write(`${JSON.stringify(await source.everything())}\n`)
    return
  }
  const first = await source.look(START)
  if (output.isTTY !== true || input.isTTY !== true) {
    output.write(plainText(first, painter(showsColours(output))))
    return
  }
  await currentKernel().run(() => watch(source, first, input, output))
}

const START = {
  view: 'tree',
  sort: 'queue',
  top: 0,
  search: '',
  typing: false,
  problem: '',
  offset: 0,
  cursor: 0,
} as const

/**
 * Keys, sizes and looks come as messages.
 *
 * @param program whose signals end it
 */
export async function watch(
  source: Pick<Source, 'look'>,
  first: Look,
  input: ReadStream,
  output: WriteStream,
  program?: Program,
): Promise<void> {
  const me = self()
  const kernel = currentKernel()
  const tell = (wake: Wake): void => kernel.send(me, wake)
  using terminal = new Terminal(
    input,
    output,
    (key) => tell({ key }),
    () => tell({ resized: true }),
    program,
  )
  const paint = painter(showsColours(output))
  let look = first
  let showing: Showing = START
  /** What the last look was asked for. */
  let wanted = ''
  const ask = (): void => {
    const { view, sort, search, top, state } = showing
    const place = view === 'state' ? state : undefined
    const next = { sort, search, offset: view === 'processes' ? top : 0, state: place }
    wanted = wantedOf(showing)
    source.look(next).then(
      (found) => tell({ look: found }),
      (error: unknown) => tell({ failed: error }),
    )
  }
  sendAfter(PACE, me, { due: true })
  for (;;) {
    // What is scrolled to may be gone.
    showing = { ...showing, top: Math.min(showing.top, lastTop(look, showing, terminal.size)) }
    terminal.draw(screen(look, showing, terminal.size, paint))
    const wake = (await receive()) as Wake
    if ('key' in wake) {
      const next = afterKey(
        wake.key,
        showing,
        terminal.size.rows,
        lastTop(look, showing, terminal.size),
        look,
      )
      if (next === 'quit') return
      if (next === 'suspend') {
        terminal.suspend()
        sendAfter(UNSTOPPED, me, { unstopped: true })
      } else {
        showing = next
        if (wantedOf(showing) !== wanted || isBeyond(look, showing, terminal.size.rows)) ask()
      }
    } else if ('unstopped' in wake) terminal.resume()
    else if ('due' in wake) ask()
    else if ('look' in wake || 'failed' in wake) {
      if ('look' in wake) look = wake.look
      showing = { ...showing, problem: 'failed' in wake ? reasonLine(wake.failed) : '' }
      sendAfter(PACE, me, { due: true })
    }
  }
}

function wantedOf({ view, sort, search, state }: Showing): string {
  return JSON.stringify([sort, search, view === 'state' ? state : undefined])
}

/** Whether processes are seen that the last look has not brought. */
function isBeyond({ offset, rows, matched }: Look, { view, top }: Showing, seen: number): boolean {
  if (view !== 'processes') return false
  return top < offset || Math.min(matched, top + seen) > offset + rows.length
}
