/** The terminal while a program has it for itself: whichever way that ends, it is as it was. */
import { constants } from 'node:os'
import type { ReadStream, WriteStream } from 'node:tty'

const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const REST_OF_LINE = '\u001b[K'
/** What ends a program unless it does something about it. */
const ENDINGS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const

/** What of `process` a terminal needs. */
export type Program = Pick<NodeJS.Process, 'pid' | 'kill'> & {
  on(event: string, listener: (signal: NodeJS.Signals) => void): unknown
  off(event: string, listener: (signal: NodeJS.Signals) => void): unknown
}

/** A terminal in raw mode on a screen of its own, until it is disposed of. */
export class Terminal implements Disposable {
  #entered = false
  readonly #onKey: (data: Buffer) => void
  /** The program ends otherwise than by leaving, as by an error that nobody caught. */
  readonly #onExit = (): void => this.#leave()
  readonly #onEnding = (signal: NodeJS.Signals): void => {
    this[Symbol.dispose]()
    // Whoever waits for it is to see what ended it.
    this.program.kill(this.program.pid, signal)
  }
  readonly #onContinue = (): void => this.resume()

  constructor(
    private readonly input: ReadStream,
    private readonly output: WriteStream,
    /** Told of each key, as the terminal sends it. */
    pressed: (key: string) => void,
    /** Told when everything has to be drawn again. */
    private readonly resized: () => void,
    private readonly program: Program = process,
  ) {
    this.#onKey = (data) => pressed(data.toString('utf8'))
    this.#enter()
    input.on('data', this.#onKey)
    output.on('resize', resized)
    program.on('exit', this.#onExit)
    program.on('SIGCONT', this.#onContinue)
    for (const signal of ENDINGS) program.on(signal, this.#onEnding)
  }

  get size(): { readonly rows: number; readonly columns: number } {
    const { rows, columns } = this.output
    // A serial line says that it has none.
    return { rows: rows || 24, columns: columns || 80 }
  }

  draw(lines: readonly string[]): void {
    if (this.#entered) this.output.write(HOME + lines.map((line) => line + REST_OF_LINE).join('\r\n'))
  }

  /** Back to the shell, as Ctrl-Z asks for; the terminal's program goes on when the shell says so. */
  suspend(): void {
    // Windows has no jobs that a shell could continue.
    if (!('SIGTSTP' in constants.signals)) return
    this.#leave()
    // The whole job: what started this, as npx did, is stopped with it.
    this.program.kill(0, 'SIGTSTP')
  }

  /** Takes the terminal again after `suspend`, where it has not been done. */
  resume(): void {
    if (this.#entered) return
    this.#enter()
    this.resized()
  }

  [Symbol.dispose](): void {
    this.input.off('data', this.#onKey)
    this.output.off('resize', this.resized)
    this.program.off('exit', this.#onExit)
    this.program.off('SIGCONT', this.#onContinue)
    for (const signal of ENDINGS) this.program.off(signal, this.#onEnding)
    this.#leave()
    this.input.pause()
  }

  #enter(): void {
    this.#entered = true
    // A shell may have set the terminal anew while the program was stopped.
    this.input.setRawMode(true)
    this.output.write(ENTER)
  }

  #leave(): void {
    if (!this.#entered) return
    this.#entered = false
    this.input.setRawMode(false)
    this.output.write(LEAVE)
  }
}
