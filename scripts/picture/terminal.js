// A program in a terminal of its own, that of `script` (util-linux): what it prints, line by line, and when.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds that a line is waited for. */
const PATIENCE = 60_000
/** Milliseconds between two looks at what was printed. */
const STEP = 10

export class Terminal {
  /** Whole lines, with the time of each in milliseconds. */
  lines = []
  #rest = ''
  #ended = false

  constructor(command, { cwd, columns = 110, env = {} }) {
    const { CI: _, NO_COLOR: __, ...own } = process.env
    this.program = spawn('script', ['-qec', `stty cols ${columns}; exec ${command}`, '/dev/null'], {
      cwd,
      env: { ...own, TERM: 'xterm', FORCE_COLOR: '1', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.closed = new Promise((resolve, reject) => {
      this.program.once('error', reject)
      this.program.once('close', (code) => {
        this.#ended = true
        resolve(code)
      })
    })
    this.program.stdout.setEncoding('utf8').on('data', (part) => this.#take(part))
  }

  /** Everything that was printed, also the line that is not whole yet. */
  get text() {
    return [...this.lines.map(({ text }) => text), this.#rest].join('\n')
  }

  /** The first whole line from `from` on that fits. */
  async line(pattern, from = 0) {
    return this.#until(() => this.lines.find(({ text }, at) => at >= from && pattern.test(text)), pattern)
  }

  /** Where in all that is printed a text ends that comes after `from`: a prompt has no end of its line. */
  async printed(text, from = 0) {
    return this.#until(() => {
      const at = this.text.indexOf(text, from)
      return at === -1 ? undefined : at + text.length
    }, text)
  }

  /** What a person types; `\u0003` is Ctrl+C. */
  press(keys) {
    this.program.stdin.write(keys)
  }

  async #until(found, what) {
    for (let waited = 0; ; waited += STEP) {
      const it = found()
      if (it) return it
      if (this.#ended || waited > PATIENCE) throw new Error(`${what} did not come:\n${this.text}`)
      await sleep(STEP)
    }
  }

  #take(part) {
    const [first, ...others] = part.split('\n')
    this.#rest += first
    for (const begun of others) {
      this.lines.push({ text: this.#rest.replace(/\r$/, ''), at: Date.now() })
      this.#rest = begun
    }
  }
}
