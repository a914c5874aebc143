import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep } from 'heartwood'
import pg from 'pg'

/** A server of the suite's own: on a free port of loopback, in a folder that is removed. */
export class OwnServer {
  readonly #command: readonly string[]
  readonly #folder: string
  readonly #ids: { readonly uid?: number; readonly gid?: number }
  #child: ChildProcess | undefined

  private constructor(
    readonly port: number,
    command: readonly string[],
    folder: string,
    ids: { readonly uid?: number; readonly gid?: number },
    private readonly isReady: (port: number) => Promise<boolean>,
  ) {
    this.#command = command
    this.#folder = folder
    this.#ids = ids
  }

  /** PostgreSQL, if it is installed where Debian has it. */
  static async postgres(): Promise<OwnServer | undefined> {
    const versions = '/usr/lib/postgresql'
    const binaries = (existsSync(versions) ? readdirSync(versions) : [])
      .map((version) => join(versions, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
    if (binaries === undefined) return undefined
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-postgres-'))
    // It refuses to run as root.
    const ids = process.getuid?.() === 0 ? { uid: id('-u', 'postgres'), gid: id('-g', 'postgres') } : {}
    if (ids.uid !== undefined) chownSync(folder, ids.uid, ids.gid)
    const data = join(folder, 'data')
    execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'suite', '--auth=trust', '--no-sync'], {
      ...ids,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const port = await freePort()
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      `unix_socket_directories=${folder}`,
      'max_connections=300',
      // A kill takes nothing from the machine's cache, and a start would wait for the disk.
      'fsync=off',
    ]
    const command = [
      join(binaries, 'postgres'),
      '-D',
      data,
      ...settings.flatMap((setting) => ['-c', setting]),
    ]
    const server = new OwnServer(port, command, folder, ids, answersQueries)
    await server.start()
    return server
  }

  /** NATS with JetStream, if it is installed. */
  static async nats(): Promise<OwnServer | undefined> {
    const program = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server'].find(
      existsSync,
    )
    if (program === undefined) return undefined
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-nats-'))
    const port = await freePort()
    const server = new OwnServer(
      port,
      [program, '-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder],
      folder,
      {},
      isOpen,
    )
    await server.start()
    return server
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const [program = '', ...args] = this.#command
    this.#child = spawn(program, args, { ...this.#ids, cwd: this.#folder, stdio: 'ignore' })
    for (let tries = 0; tries < 600; tries++) {
      if (await this.isReady(this.port)) return
      await sleep(50)
    }
    throw new Error(`${program} does not listen on ${this.port}`)
  }

  /** SIGKILL, to it and what it has started. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    for (const pid of [child.pid, ...childrenOf(child.pid)]) signal(pid, 'SIGKILL')
    await exited
  }

  /** SIGSTOP, as a machine that hangs. */
  freeze(): void {
    const pid = this.#child?.pid
    if (pid !== undefined) for (const each of [pid, ...childrenOf(pid)]) signal(each, 'SIGSTOP')
  }

  thaw(): void {
    const pid = this.#child?.pid
    if (pid !== undefined) for (const each of [pid, ...childrenOf(pid)]) signal(each, 'SIGCONT')
  }

  async remove(): Promise<void> {
    this.thaw()
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

const id = (kind: '-u' | '-g', user: string): number =>
  Number(execFileSync('id', [kind, user], { encoding: 'utf8' }))

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function answersQueries(port: number): Promise<boolean> {
  const client = new pg.Client(`postgres://suite@127.0.0.1:${port}/postgres`)
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
