/** A program of this folder, run for a test: what it prints, how it answers, how it ends. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../..', import.meta.url))

/** Milliseconds after which a program is taken to hang: longer than any test takes, on a busy machine too. */
const HANGING = 60_000

export class Service implements AsyncDisposable {
  readonly lines: string[] = []
  errors = ''
  /** The exit code, or the signal it died of. */
  readonly exited: Promise<number | string>
  readonly #child
  readonly #waiting = new Set<() => void>()
  #over = false

  /** @param program its path in this folder, compiled */
  constructor(program: string, env: Record<string, string> = {}, args: readonly string[] = []) {
    this.#child = spawn(process.execPath, [`${FOLDER}${program}`, ...args], {
      env: { ...process.env, PORT: '0', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: HANGING,
      killSignal: 'SIGKILL',
    })
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(line)
      this.#look()
    })
    this.#child.stderr.on('data', (text: Buffer) => {
      this.errors += text
    })
    this.exited = once(this.#child, 'close').then(([code, signal]) => {
      this.#over = true
      this.#look()
      return (code as number | null) ?? String(signal)
    })
  }

  /** Resolves with the first line from `from` on that contains `text`; rejects when the program ends without. */
  line(text: string, from = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.lines.slice(from).find((line) => line.includes(text))
        if (found === undefined && !this.#over) return
        this.#waiting.delete(look)
        if (found !== undefined) resolve(found)
        else reject(new Error(`ended without "${text}":\n${this.lines.join('\n')}\n${this.errors}`))
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Where it listens, as it said. */
  async url(): Promise<string> {
    const line = await this.line('listening on ')
    return line.slice(line.indexOf('http'))
  }

  async request(
    path: string,
    { method = 'GET', signal }: { method?: string; signal?: AbortSignal } = {},
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${await this.url()}/${path}`, { method, ...(signal && { signal }) })
    return { status: answer.status, text: await answer.text() }
  }

  post(path: string): Promise<{ status: number; text: string }> {
    return this.request(path, { method: 'POST' })
  }

  /** Asks again until the answer is `status`. What answers otherwise is at work still; the program's own end is the limit. */
  async until(path: string, status: number, method = 'GET'): Promise<string> {
    for (;;) {
      const answer = await this.request(path, { method })
      if (answer.status === status) return answer.text
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.#child.kill('SIGKILL')
    await this.exited
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }
}
