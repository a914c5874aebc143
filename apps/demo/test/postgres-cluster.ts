import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** A PostgreSQL server of the test's own: a throw-away cluster on a free loopback port. */
export interface PostgresCluster {
  readonly url: string
  query(sql: string): Promise<{ rows: unknown[] }>
  /** Ends the server without letting it write anything down. */
  crash(): void
  /** Starts it again after a crash. */
  revive(): void
  /** Has it say nothing any more, as a machine whose disk hangs; and go on after that. */
  freeze(): void
  thaw(): void
  /** Ends it for good. */
  stop(): void
}

/** The folder of PostgreSQL's programs, where Debian and its like keep them; `undefined` without PostgreSQL. */
export function findPostgres(): string | undefined {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return undefined
  return readdirSync(versions)
    .map((version) => join(versions, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

export async function startPostgres(binaries: string): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-postgres-'))
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : undefined
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const run = (program: string, ...args: string[]): void => {
    execFileSync(join(binaries, program), args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const data = join(folder, 'data')
  const port = await freePort()
  run('initdb', '-D', data, '-U', 'pulse', '--auth=trust', '--no-sync')
  // A server that acknowledges first and writes much later: a store that does not ask for more loses what a crash finds.
  const lazy = '-c synchronous_commit=off -c wal_writer_delay=10s'
  const options = `${lazy} -c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder}`
  const start = (): void =>
    run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-o', options, '--wait', 'start')
  const stop = (): void => run('pg_ctl', '-D', data, '-m', 'immediate', '--wait', 'stop')
  const signal = (name: NodeJS.Signals): void => {
    const [postmaster = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ')
    process.kill(Number(postmaster), name)
    for (const pid of children) {
      try {
        process.kill(Number(pid), name)
      } catch (error) {
        // A child that has ended since it was listed.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  }
  start()
  const url = `postgres://pulse@127.0.0.1:${port}/postgres`
  return {
    url,
    query: async (sql) => {
      const client = new pg.Client(url)
      await client.connect()
      return client.query(sql).finally(() => client.end())
    },
    crash: stop,
    revive: start,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    stop: () => {
      signal('SIGCONT')
      stop()
      rmSync(folder, { recursive: true })
    },
  }
}

const id = (kind: '-u' | '-g'): number => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }))

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
