/** A node of Erlang, and an EPMD for it alone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

export const COOKIE = 'biscuit'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until somebody listens there. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isThere = await new Promise((resolve) => {
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    })
    socket.destroy()
    if (isThere) return
    await new Promise(setImmediate)
  }
}

export class OwnEpmd {
  readonly port: number
  #child: ChildProcess | undefined

  /** @param address where it listens; more than one are separated by commas */
  constructor(
    port: number,
    private readonly address = '127.0.0.1',
  ) {
    this.port = port
  }

  async start(): Promise<void> {
    this.#child = spawn('epmd', ['-address', this.address, '-port', String(this.port)], { stdio: 'ignore' })
    await listening(this.port)
  }

  async stop(): Promise<void> {
    if (this.#child === undefined) return
    const end = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await end
    this.#child = undefined
  }
}

/** What it runs: `echo` sends back what it is sent, `run` evaluates Erlang. */
const PROGRAM = `
  Echo = fun Loop() -> receive {From, Message} -> From ! {echo, Message}, Loop() end end,
  Run = fun Loop() -> receive {From, Text} ->
    {ok, Ts, _} = erl_scan:string(binary_to_list(Text) ++ "."), {ok, Es} = erl_parse:parse_exprs(Ts),
    spawn(fun() -> {value, V, _} = erl_eval:exprs(Es, []), From ! {result, V} end), Loop() end end,
  register(echo, spawn(Echo)), register(run, spawn(Run)), io:format("ready~n").`

export class BeamNode {
  readonly name: string
  readonly #child: ChildProcess

  private constructor(name: string, child: ChildProcess) {
    this.name = name
    this.#child = child
  }

  static async start(name: string, epmd: OwnEpmd, flags: readonly string[] = []): Promise<BeamNode> {
    const kind = name.includes('.') ? '-name' : '-sname'
    const argv = ['-noshell', '-start_epmd', 'false', kind, name, '-setcookie', COOKIE, ...flags]
    const child = spawn('erl', [...argv, '-eval', PROGRAM.replace(/\s*\n\s*/g, ' ')], {
      env: { ...process.env, ERL_EPMD_PORT: String(epmd.port), ERL_CRASH_DUMP_SECONDS: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stderr?.on('data', (chunk) => {
      output += String(chunk)
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk) => {
        output += String(chunk)
        if (output.includes('ready')) resolve()
      })
      child.on('exit', () => reject(new Error(`erl did not start: ${output}`)))
    })
    return new BeamNode(name, child)
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const end = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await end
  }
}
