import { type ChildProcess, spawn as spawnProgram } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, opendir } from 'node:fs/promises'
import { Agent, createServer, get } from 'node:http'
import { type AddressInfo, connect, createServer as createNetServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { startLink, startSupervisor } from 'heartwood'
import { afterAll, describe, expect, it } from 'vitest'
import {
  exit,
  Kernel,
  own,
  processInfo,
  processSignal,
  receive,
  self,
  send,
  spawnMonitor,
} from '../../src/kernel/index.js'
import { downOf, idle, world } from './world.js'

const folder = mkdtempSync(join(tmpdir(), 'heartwood-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs `body` as a process that owns what it likes, kills it, and resolves when its monitors are told. */
async function owningUntilDeath(body: () => unknown, reports: unknown[] = []): Promise<void> {
  const kernel = new Kernel({ report: (report) => reports.push(report) })
  await kernel.run(async () => {
    const me = self()
    const { pid, ref } = spawnMonitor(async () => {
      await body()
      send(me, 'ready')
      await idle()
    })
    await receive('ready')
    exit(pid, 'kill')
    expect((await receive(downOf(ref))).reason).toBe('killed')
  })
}

/** Prints when it is up, and takes SIGTERM for nothing if told to. */
const program = (stubborn: boolean): ChildProcess =>
  spawnProgram(process.execPath, [
    '-e',
    `${stubborn ? "process.on('SIGTERM', () => {});" : ''} setInterval(() => {}, 1000); console.log('up')`,
  ])

describe('when exit signals go out', () => {
  it('a child program has ended', async () => {
    let child: ChildProcess | undefined
    await owningUntilDeath(async () => {
      child = own(program(false))
      await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
    })
    expect(child?.signalCode).toBe('SIGTERM')
  })

  it('one that does not mind SIGTERM is killed', async () => {
    const { clock, kernel } = world()
    let child: ChildProcess | undefined
    await kernel.run(async () => {
      const me = self()
      const { pid, ref } = spawnMonitor(async () => {
        child = own(program(true))
        await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
        send(me, 'ready')
        await idle()
      })
      await receive('ready')
      exit(pid, 'kill')
      await clock.advance(2_999)
      expect(child?.killed).toBe(true)
      expect(child?.signalCode).toBeNull()
      await clock.advance(1)
      await receive(downOf(ref))
    })
    expect(child?.signalCode).toBe('SIGKILL')
  })

  it('a thread, a stream, a socket, a file and a folder are closed, and nothing is reported', async () => {
    const reports: unknown[] = []
    const stream = new PassThrough()
    let threadExit: Promise<unknown> = Promise.resolve()
    let handle: Awaited<ReturnType<typeof open>> | undefined
    const server = createNetServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    let socket: ReturnType<typeof connect> | undefined
    await owningUntilDeath(async () => {
      own(stream)
      const thread = own(new Worker('setInterval(() => {}, 1000)', { eval: true }))
      threadExit = once(thread, 'exit')
      handle = own(await open(join(folder, 'file'), 'w'))
      own(await opendir(folder))
      socket = own(connect((server.address() as AddressInfo).port, '127.0.0.1'))
      await once(socket, 'connect')
    }, reports)
    await threadExit
    expect([stream.closed, socket?.closed, handle?.fd]).toEqual([true, true, -1])
    expect(reports).toEqual([])
    server.close()
  })

  it('a datagram socket that still waits for its address, which never comes, is not waited for', async () => {
    const reports: unknown[] = []
    await owningUntilDeath(async () => {
      await new Promise<void>((resolve) => {
        const socket = own(createSocket({ type: 'udp4', lookup: () => resolve() }))
        socket.bind(0, 'nowhere.test')
      })
    }, reports)
    expect(reports).toEqual([])
  })

  it('a datagram socket is closed, and one that was closed before is no failure', async () => {
    const sockets = [createSocket('udp4'), createSocket('udp4')]
    const reports: unknown[] = []
    await owningUntilDeath(async () => {
      for (const each of sockets) {
        own(each).bind(0, '127.0.0.1')
        await once(each, 'listening')
      }
      sockets[0]?.close()
    }, reports)
    for (const each of sockets) expect(() => each.address()).toThrow(/not running/i)
    expect(reports).toEqual([])
  })

  it('what was closed before is no failure', async () => {
    const reports: unknown[] = []
    await owningUntilDeath(async () => {
      own(new PassThrough()).destroy()
      await own(await open(join(folder, 'again'), 'w')).close()
      await own(await opendir(folder)).close()
      own(createNetServer().listen(0, '127.0.0.1')).close()
      const child = own(spawnProgram('true'))
      await once(child, 'exit')
    }, reports)
    expect(reports).toEqual([])
  })

  it('what hung is reported by its name, and the rest was closed without waiting', async () => {
    const { clock, kernel, reports } = world()
    const log: string[] = []
    class Hanging {
      close(): Promise<void> {
        log.push('hanging')
        return new Promise(() => {})
      }
    }
    await kernel.run(async () => {
      const { pid, ref } = spawnMonitor(async () => {
        own({ close: () => log.push('first') })
        own({ close: () => Promise.reject(new Error('too bad')) })
        own(new Hanging())
        await idle()
      })
      await kernel.settled()
      exit(pid, 'kill')
      await clock.advance(4_999)
      expect(log).toEqual(['hanging'])
      await clock.advance(1)
      await receive(downOf(ref))
    })
    expect(log).toEqual(['hanging', 'first'])
    expect(reports.map(({ message }) => message)).toEqual([
      expect.stringContaining('did not close: Hanging: not within 5000 ms'),
      expect.stringContaining('too bad'),
    ])
  })
})

describe('a resource that ends by itself', () => {
  it('is off the books', async () => {
    const kernel = new Kernel()
    await kernel.run(async () => {
      const stream = own(new PassThrough())
      const child = own(spawnProgram('true', { stdio: 'ignore' }))
      const server: Server = own(createNetServer()).listen(0)
      expect(processInfo(self(), 'owned')).toBe(3)
      const gone = [once(stream, 'close'), once(child, 'exit'), once(server, 'close')]
      stream.destroy()
      server.close()
      await Promise.all(gone)
      expect(processInfo(self(), 'owned')).toBe(0)
    })
  })
})

describe('a framework around a server of Node', () => {
  it('is closed by its own close, and its clients are ended', async () => {
    const log: string[] = []
    const server = createServer((_, response) => response.end())
    const app = {
      server,
      close: () => {
        log.push('closing')
        return new Promise((resolve) => server.close(resolve))
      },
    }
    let port = 0
    const agent = new Agent({ keepAlive: true })
    await owningUntilDeath(async () => {
      own(app)
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
      const [answer] = await once(get({ port, host: '127.0.0.1', agent }), 'response')
      answer.resume()
      await once(answer, 'end')
    })
    expect([log, server.listening]).toEqual([['closing'], false])
    agent.destroy()
  })
})

describe('processSignal', () => {
  it('ends what is in flight at the death of the process', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    let failure: unknown
    let ended: Promise<void> = Promise.resolve()
    await owningUntilDeath(async () => {
      const arrived = once(server, 'request')
      ended = fetch(`http://127.0.0.1:${port}/`, { signal: processSignal() }).then(
        () => {},
        (error: unknown) => {
          failure = error
        },
      )
      await arrived
    })
    await ended
    expect(failure).toMatchObject({ code: 'PROCESS_DEAD' })
    server.close()
  })
})

describe('a worker that holds a port', () => {
  it('crashes 1,000 times in a row, and each incarnation listens on the same port', async () => {
    const kernel = new Kernel({ report: () => {} })
    await kernel.run(async () => {
      const me = self()
      let port = 0
      const web = {
        init: async () => {
          const server = own(createServer((_, response) => response.end()))
          server.listen(port, '127.0.0.1')
          // Rejects with EADDRINUSE where the one before still has the port.
          await once(server, 'listening')
          port = (server.address() as AddressInfo).port
          send(me, 'listening')
          return { state: undefined }
        },
        handleInfo: () => {
          throw new Error('crash')
        },
      }
      await startSupervisor(
        {
          intensity: 2_000,
          children: [{ id: 'web', start: () => startLink(web, undefined, { name: 'web' }) }],
        },
        { link: true },
      )
      await receive('listening')
      const taken = port
      const agents: Agent[] = []
      for (let crash = 1; crash <= 1_000; crash++) {
        // Every tenth has a client on a kept connection.
        if (crash % 10 === 0) {
          const agent = new Agent({ keepAlive: true })
          agents.push(agent)
          const [answer] = await once(get({ port, host: '127.0.0.1', agent }), 'response')
          answer.resume()
          await once(answer, 'end')
        }
        send('web', 'crash')
        await receive('listening')
        expect(port).toBe(taken)
      }
      for (const agent of agents) agent.destroy()
    })
  })
})
