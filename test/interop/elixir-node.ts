/** A node of Elixir that runs what it is told. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { receive, self, send } from 'heartwood'
import { Tuple, tuple } from 'heartwood/erlang'

export const COOKIE = 'a cookie of thirty characters.'
const SERVICE = join(dirname(fileURLToPath(import.meta.url)), '../../../service.exs')

export const hasElixir = spawnSync('elixir', ['--version']).status === 0

export interface ElixirOptions {
  readonly epmd: number | undefined
  readonly flags?: string
  readonly cookie?: string
  /** What it runs by itself, and prints the value of. */
  readonly run?: string | undefined
}

export class ElixirNode {
  #tags = 0
  #said = ''

  private constructor(
    readonly name: string,
    readonly child: ChildProcess,
    readonly cookie: string,
  ) {}

  /** Waits until it prints that. */
  async said(text: string): Promise<void> {
    while (!this.#said.includes(text))
      await once(this.child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  }

  static async start(
    name: string,
    { epmd, flags = '', cookie = COOKIE, run }: ElixirOptions,
  ): Promise<ElixirNode> {
    const erl = `-start_epmd false -kernel logger_level none ${flags}`
    const child = spawn(
      'elixir',
      [/[.:]/.test(name) ? '--name' : '--sname', name, '--cookie', cookie, '--erl', erl, SERVICE],
      {
        env: {
          ...process.env,
          ...(epmd === undefined ? {} : { ERL_EPMD_PORT: String(epmd) }),
          ERL_CRASH_DUMP_SECONDS: '0',
          ...(run === undefined ? {} : { RUN: run }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let said = ''
    child.stderr?.on('data', (text) => {
      said += String(text)
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (text) => {
        said += String(text)
        if (said.includes('ready')) resolve()
      })
      child.on('exit', () => reject(new Error(`elixir did not start: ${said}`)))
    })
    const node = new ElixirNode(name, child, cookie)
    child.stdout?.on('data', (text) => {
      node.#said += String(text)
    })
    return node
  }

  /** What Elixir code comes to there: `['value', …]`, `['raised', text]`, `['exit', text]`. */
  async run(code: string, timeout = 15_000): Promise<readonly [kind: string, value: unknown]> {
    const tag = ++this.#tags
    send({ name: 'runner', node: this.name }, tuple(self(), tag, code))
    const isAnswer = (message: unknown): message is Tuple =>
      message instanceof Tuple && message.elements[0] === tag
    const answer = await receive(isAnswer, { timeout })
    if (answer === undefined) throw new Error(`no answer to ${code}`)
    const [kind, value] = (answer.elements[1] as Tuple).elements
    return [String(kind), value]
  }

  async value(code: string): Promise<unknown> {
    const [kind, value] = await this.run(code)
    if (kind !== 'value') throw new Error(`${code}: ${kind} ${String(value)}`)
    return value
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const end = once(this.child, 'exit')
    // The script starts others before it becomes the BEAM.
    this.child.kill('SIGKILL')
    await end
  }
}
