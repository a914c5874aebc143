import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Program } from './program.js'

const HOST = fileURLToPath(new URL('fixtures/commands.js', import.meta.url))

/** What ends the output of one command line: nothing else writes it. */
const END = '\u0000end of a command '

/** A command line of `heartwood`, and where it runs. */
export interface CommandLine {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>> | undefined
  /** The folder it runs in. Default that of the test. */
  readonly cwd?: string
}

/** How a command line ended, and all that it wrote. */
export interface Outcome {
  readonly exitCode: number | string
  readonly lines: readonly string[]
  readonly errors: string
}

/** A command line in a program of its own. */
export async function runAlone({ args, env, cwd }: CommandLine): Promise<Outcome> {
  const program = new Program(args, env, cwd === undefined ? {} : { cwd })
  const exitCode = await program.exited
  return { exitCode, lines: program.lines, errors: program.errors }
}

/**
 * Runs command lines one after the other in one program, by the function that `heartwood` calls with its own: for those
 * that only load, check and refuse. What starts something, or ends the program, needs `runAlone`.
 */
export class Commands implements Disposable {
  readonly #host: ChildProcess
  readonly #output = { stdout: '', stderr: '' }
  #look = (): void => {}
  #last: Promise<unknown> = Promise.resolve()
  #isOver = false

  constructor() {
    this.#host = spawn(process.execPath, [HOST], { env: { ...process.env, DEBUG: '' } })
    for (const name of ['stdout', 'stderr'] as const) {
      this.#host[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.#output[name] += text
        this.#look()
      })
    }
    this.#host.once('close', () => {
      this.#isOver = true
      this.#look()
    })
  }

  /** Resolves when the command line is through; rejects when it ended the program. */
  run(command: CommandLine): Promise<Outcome> {
    const running = this.#last.then(() => this.#run(command))
    this.#last = running.catch(() => {})
    return running
  }

  [Symbol.dispose](): void {
    this.#host.kill()
  }

  #run(command: CommandLine): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const { stdout, stderr } = this.#output
        const [out, code] = untilEnd(stdout)
        const [errors, again] = untilEnd(stderr)
        if (code !== undefined && again !== undefined) {
          this.#output.stdout = ''
          this.#output.stderr = ''
          resolve({ exitCode: Number(code), lines: out.split('\n').slice(0, -1), errors })
        } else if (this.#isOver) {
          reject(new Error(`${command.args.join(' ')} ended the program:\n${stdout}\n${stderr}`))
        }
      }
      this.#look()
      this.#host.stdin?.write(`${JSON.stringify({ ...command, end: END })}\n`)
    })
  }
}

/** What was written before the end, and the exit code there; undefined while the end has not come. */
function untilEnd(text: string): readonly [string, string | undefined] {
  const at = text.indexOf(END)
  const end = text.indexOf('\n', at)
  return at < 0 || end < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + END.length, end)]
}
