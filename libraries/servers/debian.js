/** Servers that Debian has: each is started in a folder of its own, on loopback, or is said to be missing. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** What starts a server in `folder` on `port`; undefined where it is not installed. */
export const DEBIAN = {
  redis: () =>
    program(['/usr/bin/redis-server'], (path, folder, port) => [
      path,
      '--port',
      port,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      folder,
    ]),
  postgres: () =>
    program(postgresPrograms(), (path, folder, port) => {
      const data = join(folder, 'data')
      const as = owned(folder, 'postgres')
      execFileSync(
        as[0] ?? join(path, '../initdb'),
        [
          ...as.slice(1),
          ...(as.length > 0 ? [join(path, '../initdb')] : []),
          '-D',
          data,
          '-U',
          'postgres',
          '-A',
          'trust',
          '--no-sync',
        ],
        { stdio: 'ignore' },
      )
      return [...as, path, '-D', data, '-p', port, '-k', folder, '-h', '127.0.0.1', '-F']
    }),
  mariadb: () =>
    program(['/usr/sbin/mariadbd'], (path, folder, port) => {
      const data = join(folder, 'data')
      const user = process.getuid() === 0 ? ['--user=root'] : []
      execFileSync(
        '/usr/bin/mariadb-install-db',
        [
          '--no-defaults',
          `--datadir=${data}`,
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
          ...user,
        ],
        { stdio: 'ignore' },
      )
      return [
        path,
        '--no-defaults',
        `--datadir=${data}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        '--skip-grant-tables',
        '--skip-networking=0',
        `--socket=${join(folder, 'socket')}`,
        ...user,
      ]
    }),
}

function program(paths, command) {
  const path = paths.find(existsSync)
  if (path === undefined) return undefined
  return async (folder) => {
    mkdirSync(folder)
    const port = await freePort()
    const [file, ...args] = command(path, folder, String(port))
    const child = spawn(file, args, { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await Promise.race([
      answers(port),
      ended.then((code) => Promise.reject(new Error(`${path} ended with code ${code}`))),
    ])
    return {
      port,
      async stop() {
        child.kill('SIGTERM')
        await Promise.race([ended, wait(5_000).then(() => child.kill('SIGKILL'))])
      },
    }
  }
}

function postgresPrograms() {
  const folder = '/usr/lib/postgresql'
  return existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, 'bin/postgres')) : []
}

/** PostgreSQL refuses to run as root. */
function owned(folder, user) {
  if (process.getuid() !== 0) return []
  const id = (flag) => Number(execFileSync('id', [flag, user]))
  chownSync(folder, id('-u'), id('-g'))
  return ['runuser', '-u', user, '--']
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answers(port) {
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = createConnection(port, '127.0.0.1')
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await wait(50)
  }
}
