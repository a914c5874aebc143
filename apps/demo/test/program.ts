import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Found by its package: this file is run from where it was compiled to, too. */
const ROOT = dirname(createRequire(import.meta.url).resolve('heartwood/package.json'))
const DEMO = join(ROOT, 'apps', 'demo')
/** What `npm start` runs. */
export const START = join(DEMO, 'dist', 'start.js')
const HEARTWOOD = join(ROOT, 'bin', 'heartwood.js')

/** How a program ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Pulse as people run it: a program of its own, built and started by the command line. */
export class Program {
  output = ''
  readonly exited: Promise<Exit>
  readonly #child: ChildProcess

  /**
   * @param environment Pulse's settings; the port is any free one unless said otherwise
   * @param command what starts it, if not the command line itself
   * @param cwd the folder that it is started from, if not this package's
   */
  constructor(
    environment: Readonly<Record<string, string>>,
    [command, ...parameters]: readonly [string, ...string[]] = [
      process.execPath,
      HEARTWOOD,
      'start',
      'dist/config.js',
    ],
    cwd: string = DEMO,
  ) {
    this.#child = spawn(command, parameters, {
      cwd,
      env: { PATH: process.env.PATH, PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
        this.#child.emit('output')
      })
    }
    this.exited = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }))
  }

  /** Resolves with the address of the status page, with a slash at its end. */
  async ready(): Promise<string> {
    let ended = false
    void this.exited.then(() => {
      ended = true
      this.#child.emit('output')
    })
    for (;;) {
      const address = /Pulse is at (http:\/\/\S+?\/)/.exec(this.output)?.[1]
      if (address !== undefined) return address
      if (ended) throw new Error(`Pulse did not start:\n${this.output}`)
      await once(this.#child, 'output')
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends it whatever it is doing; for the end of a test. */
  async end(): Promise<void> {
    this.kill('SIGKILL')
    await this.exited
  }
}
