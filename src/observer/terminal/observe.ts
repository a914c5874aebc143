/** A running program in a terminal: its tree, a table like that of `top`, and what crashed. */
import type { ReadStream, WriteStream } from 'node:tty'
import { currentKernel, receive, self, sendAfter } from '../../kernel/index.js'
import { painter, reasonLine, showsColours } from '../../logging/index.js'
import { plainText, type Showing, screen } from './screen.js'
import { type Look, Source, TABLE_SORTS } from './source.js'

/** Milliseconds between looks. */
const PACE = 1_000

const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const REST_OF_LINE = '\u001b[K'

/** Where one looks from. */
export interface ObserveOptions {
  readonly input?: ReadStream | undefined
  readonly output?: WriteStream | undefined
  /** Default `OBSERVER_TOKEN` of the environment. */
  readonly token?: string | undefined
}

/** What wakes the terminal. */
type Wake =
  | { readonly key: string }
  | { readonly resized: true }
  | { readonly due: true }
  | { readonly look: Look }
  | { readonly failed: unknown }

/**
 * Shows a program until `q` is pressed; where there is no terminal, prints what there is to see once.
 *
 * @param url of its observer
 * @throws USAGE, OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject.
 */
export async function observe(url: string, options: ObserveOptions = {}): Promise<void> {
  const { input = process.stdin, output = process.stdout, token = process.env.OBSERVER_TOKEN } = options
  const source = new Source(url, token)
  const paint = painter(showsColours(output))
  const first = await source.look('queue')
  if (output.isTTY !== true || input.isTTY !== true) {
    output.write(plainText(first, paint))
    return
  }
  input.setRawMode(true)
  output.write(ENTER)
  try {
    await currentKernel().run(() => watch(source, first, input, output))
  } finally {
    input.setRawMode(false)
    input.pause()
    output.write(LEAVE)
  }
}

/** Keys, sizes and looks come as messages. */
async function watch(source: Source, first: Look, input: ReadStream, output: WriteStream): Promise<void> {
  const me = self()
  const kernel = currentKernel()
  const tell = (wake: Wake): void => kernel.send(me, wake)
  const onKey = (data: Buffer): void => tell({ key: data.toString('utf8') })
  const onResize = (): void => tell({ resized: true })
  input.on('data', onKey)
  output.on('resize', onResize)
  const paint = painter(showsColours(output))
  let look = first
  let showing: Showing = { view: 'tree', sort: 'queue', top: 0, problem: '' }
  const draw = (): void => {
    const { rows, columns } = output
    const lines = screen(look, showing, { rows, columns }, paint)
    output.write(HOME + lines.map((line) => line + REST_OF_LINE).join('\r\n'))
  }
  const ask = (): void => {
    source.look(showing.sort).then(
      (next) => tell({ look: next }),
      (error: unknown) => tell({ failed: error }),
    )
  }
  sendAfter(PACE, me, { due: true })
  try {
    for (;;) {
      draw()
      const wake = (await receive()) as Wake
      if ('key' in wake) {
        const next = afterKey(wake.key, showing, output.rows)
        if (next === undefined) return
        if (next.sort !== showing.sort) ask()
        showing = next
      } else if ('due' in wake) ask()
      else if ('look' in wake || 'failed' in wake) {
        if ('look' in wake) look = wake.look
        showing = { ...showing, problem: 'failed' in wake ? reasonLine(wake.failed) : '' }
        sendAfter(PACE, me, { due: true })
      }
    }
  } finally {
    input.off('data', onKey)
    output.off('resize', onResize)
  }
}

const VIEWS: Readonly<Record<string, Showing['view']>> = { t: 'tree', p: 'processes', e: 'events' }

/** What a key makes of what is shown; undefined to leave. */
export function afterKey(key: string, showing: Showing, rows: number): Showing | undefined {
  if (key === 'q' || key === '\u0003' || key === '\u0004') return undefined
  const view = VIEWS[key]
  if (view !== undefined) return { ...showing, view, top: 0 }
  if (key === 's') {
    const at = (TABLE_SORTS.indexOf(showing.sort) + 1) % TABLE_SORTS.length
    return { ...showing, view: 'processes', sort: TABLE_SORTS[at] ?? 'queue', top: 0 }
  }
  const page = Math.max(1, rows - 4)
  const steps: Record<string, number> = {
    '\u001b[A': -1,
    k: -1,
    '\u001b[B': 1,
    j: 1,
    '\u001b[5~': -page,
    '\u001b[6~': page,
    ' ': page,
    g: Number.NEGATIVE_INFINITY,
  }
  const step = Object.hasOwn(steps, key) ? (steps[key] ?? 0) : 0
  return step === 0 ? showing : { ...showing, top: Math.max(0, showing.top + step) }
}
