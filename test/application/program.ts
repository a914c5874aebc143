import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/heartwood.js', import.meta.url))

/** The path of a config module of these tests. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}.js`, import.meta.url))

/** Milliseconds after which a program is taken to hang: longer than any test takes, on a busy machine too. */
const HANGING = 120_000

interface Place {
  /** The folder it runs in. Default that of the test. */
  readonly cwd?: string
  /** A command that runs it. */
  readonly under?: string
  /** A program of its own, in place of `heartwood`. */
  readonly script?: string
  /** Options of Node. */
  readonly node?: readonly string[]
}

/** `heartwood` as a program of its own, watched by a test. */
export class Program {
  readonly lines: string[] = []
  /** What it wrote to stderr. */
  errors = ''
  /** The exit code, or the signal it died of. */
  readonly exited: Promise<number | string>
  readonly #child: ChildProcess
  readonly #waiting = new Set<() => void>()
  #over = false

  constructor(args: readonly string[], env: Record<string, string> = {}, place: Place = {}) {
    const { cwd, under = '', script = BIN, node = [] } = place
    const line = [...under.split(' ').filter(Boolean), process.execPath, ...node, script, ...args]
    const [command = '', ...words] = line
    this.#child = spawn(command, words, {
      ...(cwd === undefined ? undefined : { cwd }),
      env: { ...process.env, DEBUG: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // One that hangs fails its test and ends, and does not keep the suite from ending.
      timeout: HANGING,
      killSignal: 'SIGKILL',
    })
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new Error('the program has no output')
    stderr.on('data', (text: Buffer) => {
      this.errors += text
      for (const look of this.#waiting) look()
    })
    const reading = createInterface({ input: stdout })
    reading.on('line', (line) => {
      this.lines.push(line)
      for (const look of this.#waiting) look()
    })
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#over = true
        for (const look of this.#waiting) look()
        resolve(code ?? signal ?? 'gone')
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The log's records, in order; lines that are none are left out. */
  get records(): readonly Record<string, unknown>[] {
    return this.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  }

  get messages(): readonly string[] {
    return this.records.map(({ msg }) => String(msg))
  }

  /** Resolves when a line that contains or matches `text` was written; rejects when the program ends without. */
  line(text: string | RegExp): Promise<void> {
    const is = (line: string): boolean => (typeof text === 'string' ? line.includes(text) : text.test(line))
    return this.#until(() => this.lines.some(is), `a line "${text}"`)
  }

  /** Resolves when `text` was written to stderr; rejects when the program ends without. */
  error(text: string): Promise<void> {
    return this.#until(() => this.errors.includes(text), `"${text}" on stderr`)
  }

  /** Resolves when so many lines were written; rejects when the program ends before. */
  count(lines: number): Promise<void> {
    return this.#until(() => this.lines.length >= lines, `${lines} lines`)
  }

  #until(isThere: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = isThere()
        if (!found && !this.#over) return
        this.#waiting.delete(look)
        if (found) resolve()
        else reject(new Error(`ended without ${what}:\n${this.lines.join('\n')}\n${this.errors}`))
      }
      this.#waiting.add(look)
      look()
    })
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}
