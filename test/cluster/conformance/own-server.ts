import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect as connectNats } from '@nats-io/transport-node'
import { sleep } from 'heartwood'
import pg from 'pg'
import { type EngineServers, Pooled, Several } from './engine-servers.js'

/** A server of the suite's own: on a free port of loopback, in a folder that is removed. */
export class OwnServer implements EngineServers {
  readonly #command: readonly string[]
  readonly #folder: string
  readonly #ids: Ids
  #child: ChildProcess | undefined

  private constructor(
    readonly port: number,
    command: readonly string[],
    folder: string,
    ids: Ids,
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
    const { folder, ids } = folderOf('postgres')
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

  /** PostgreSQL behind PgBouncer in transaction mode, if both are installed. */
  static async pgbouncer(): Promise<Pooled | undefined> {
    const program = installed('pgbouncer')
    const database = program === undefined ? undefined : await OwnServer.postgres()
    if (program === undefined || database === undefined) return undefined
    const { folder, ids } = folderOf('pgbouncer')
    const port = await freePort()
    const settings = join(folder, 'pgbouncer.ini')
    writeFileSync(
      settings,
      `[databases]
postgres = host=127.0.0.1 port=${database.port} dbname=postgres user=suite
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 500
default_pool_size = 20
; By default it refuses everybody for 15 s after the server was away.
server_login_retry = 1
`,
    )
    const pooler = new OwnServer(port, [program, settings], folder, ids, answersQueries)
    await pooler.start()
    return new Pooled(database, pooler)
  }

  /** NATS with JetStream, if it is installed. */
  static async nats(): Promise<OwnServer | undefined> {
    const program = installed('nats-server')
    if (program === undefined) return undefined
    const server = await OwnServer.#nats(program, [])
    await server.start()
    return server
  }

  /** Three servers of NATS that copy what they keep, if it is installed. */
  static async threeNats(): Promise<Several | undefined> {
    const program = installed('nats-server')
    if (program === undefined) return undefined
    const routes = await Promise.all([1, 2, 3].map(async () => `nats://127.0.0.1:${await freePort()}`))
    const servers = new Map<string, OwnServer>()
    for (const [at, route] of routes.entries()) {
      const name = `n${at + 1}`
      const ofCluster = ['-cluster_name', 'suite', '-cluster', route, '-routes', routes.join()]
      servers.set(name, await OwnServer.#nats(program, ['-n', name, ...ofCluster]))
    }
    const three = new Several(servers)
    await three.start()
    for (let tries = 0; !(await keeps(three.ports)); tries++) {
      if (tries > 100) throw new Error(`${program}: the three do not come together`)
      await sleep(200)
    }
    return three
  }

  static async #nats(program: string, more: readonly string[]): Promise<OwnServer> {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-nats-'))
    const port = await freePort()
    const command = [program, '-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder, ...more]
    return new OwnServer(port, command, folder, {}, isOpen)
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    this.#spawn()
    await this.answers()
  }

  #spawn(): void {
    const [program = '', ...args] = this.#command
    this.#child = spawn(program, args, { ...this.#ids, cwd: this.#folder, stdio: 'ignore' })
  }

  /** Resolves when it answers. */
  async answers(): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await this.isReady(this.port)) return
      await sleep(50)
      // It ends where what it was before has not let go of its port or its folder yet.
      if (this.#child?.exitCode !== null) this.#spawn()
    }
    throw new Error(`${this.#command[0]} does not answer on ${this.port}`)
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

interface Ids {
  readonly uid?: number
  readonly gid?: number
}

/** A folder for what refuses to run as root. */
function folderOf(name: string): { readonly folder: string; readonly ids: Ids } {
  const folder = mkdtempSync(join(tmpdir(), `heartwood-${name}-`))
  const ids = process.getuid?.() === 0 ? { uid: id('-u', 'postgres'), gid: id('-g', 'postgres') } : {}
  if (ids.uid !== undefined) chownSync(folder, ids.uid, ids.gid)
  return { folder, ids }
}

const installed = (name: string): string | undefined =>
  ['/usr/sbin', '/usr/bin', '/usr/local/bin'].map((folder) => join(folder, name)).find(existsSync)

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

/** Whether the servers have agreed on who leads them. */
async function keeps(ports: readonly number[]): Promise<boolean> {
  try {
    const connection = await connectNats({ servers: ports.map((port) => `nats://127.0.0.1:${port}`) })
    try {
      await (await jetstreamManager(connection)).streams.names().next()
      return true
    } finally {
      await connection.close()
    }
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
