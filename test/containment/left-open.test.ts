import { type ChildProcess, spawn as startProgram } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { unwatchFile, watch, watchFile } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import { type AddressInfo, connect, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext, runInThisContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import {
  application,
  boot,
  disown,
  own,
  type Report,
  register,
  self,
  shared,
  startLink,
  supervisorSpec,
} from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { guardProcesses } from '../../src/guards/index.js'
import { Kernel, ownedInterval } from '../../src/kernel/index.js'
import { amongProcesses, type Owner } from '../guards/owners.js'
import type { World } from '../kernel/world.js'

/** After the death of a process, in milliseconds: what is open then is told. */
const GRACE = 1_500

const web = createServer((_, response) => response.end('hello'))
const pooled = new Agent({ keepAlive: true })
let port: number
let guards: Disposable
beforeAll(async () => {
  guards = guardProcesses()
  web.keepAliveTimeout = 60_000
  await once(web.listen(0, '127.0.0.1'), 'listening')
  ;({ port } = web.address() as AddressInfo)
})
afterAll(() => {
  guards[Symbol.dispose]()
  pooled.destroy()
  web.closeAllConnections()
  web.close()
})

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Has it closed when the test is over, and waits until it is there. */
function cleared<T>(thing: T, close: () => unknown): T {
  closing.push(close)
  return thing
}

const socket = (): Promise<unknown> => {
  const opened = connect(port, '127.0.0.1')
  return once(
    cleared(opened, () => opened.destroy()),
    'connect',
  )
}
const program = (script: string): ChildProcess => {
  const started = startProgram(process.execPath, ['-e', script])
  return cleared(started, () => started.kill('SIGKILL'))
}
const IDLE = 'setInterval(() => {}, 1e6)'
const FOLDER = tmpdir()

const crash = new Error('a bad day')
const told = ({ reports }: World): Report[] =>
  reports.filter(({ level, kind }) => level === 'warn' && kind === 'resource')

async function dies({ kernel, clock }: World, { pid }: Owner, reason: unknown = crash): Promise<void> {
  kernel.exit(pid, reason)
  await kernel.settled()
  await clock.advance(GRACE)
}

describe('what a dead worker left open is told', () => {
  it.each<[string, RegExp, () => unknown]>([
    ['a socket', /a socket to 127\.0\.0\.1:\d+/, socket],
    [
      'a socket made before it was connected',
      /a socket to/,
      () => {
        const made = new Socket().connect(port, '127.0.0.1')
        return once(
          cleared(made, () => made.destroy()),
          'connect',
        )
      },
    ],
    [
      'a server',
      /a server on 127\.0\.0\.1:\d+/,
      () => {
        const server = new Server().listen(0, '127.0.0.1')
        return once(
          cleared(server, () => server.close()),
          'listening',
        )
      },
    ],
    [
      'an interval',
      /an interval of 2000 ms/,
      () => {
        const interval = setInterval(() => {}, 2_000)
        cleared(interval, () => clearInterval(interval))
      },
    ],
    [
      'an interval of the globals',
      /an interval of 2000 ms/,
      () => {
        const interval = globalThis.setInterval(() => {}, 2_000)
        cleared(interval, () => clearInterval(interval))
      },
    ],
    [
      'a long timeout',
      /a timeout of 60000 ms/,
      () => {
        const timeout = setTimeout(() => {}, 60_000)
        cleared(timeout, () => clearTimeout(timeout))
      },
    ],
    ['a program', /the program node\S* \(pid \d+\)/, () => program(IDLE)],
    [
      'a thread',
      /thread \d+/,
      () => {
        const thread = new Worker(IDLE, { eval: true })
        cleared(thread, () => thread.terminate())
      },
    ],
    [
      'a datagram socket',
      /a datagram socket on 127\.0\.0\.1:\d+/,
      () => {
        const datagrams = createSocket('udp4').bind(0, '127.0.0.1')
        return once(
          cleared(datagrams, () => datagrams.close()),
          'listening',
        )
      },
    ],
    [
      'a watcher',
      /a watcher of files/,
      () => {
        const watcher = watch(FOLDER)
        cleared(watcher, () => watcher.close())
      },
    ],
    [
      'a watcher of a file',
      /a watcher of a file/,
      () => {
        watchFile(FOLDER, () => {})
        cleared(undefined, () => unwatchFile(FOLDER))
      },
    ],
  ])('%s: who died and of what, what it is, where it was opened, and what to do', async (_, name, open) => {
    await amongProcesses(async ({ a, world }) => {
      a.run(() => register('mailer', self()))
      await a.run(open)
      await dies(world, a)
      const [report, ...more] = told(world)
      expect(more).toEqual([])
      expect(report).toMatchObject({ pid: a.pid, name: 'mailer', reason: 'Error: a bad day', count: 1 })
      expect(report?.place).toMatch(/^test\/containment\/left-open\.test\.ts:\d+$/)
      expect(report?.message).toMatch(name)
      expect(report?.message).toContain(`mailer ${a.pid} (Error: a bad day) left `)
      expect(report?.message).toContain(`open, from ${report?.place}. `)
      expect(report?.message).toMatch(/own\(x\)|heartwood\/timers/)
      expect(report?.message).toContain('shared(thing)')
    })()
  })

  it(
    'once for each place, and again with its count while more comes',
    amongProcesses(async ({ world }) => {
      const { kernel, clock } = world
      const leave = async (): Promise<void> => {
        const pid = kernel.spawn(() => {
          const interval = setInterval(() => {}, 1e6)
          cleared(interval, () => clearInterval(interval))
          throw crash
        })
        await kernel.settled()
        expect(kernel.isAlive(pid)).toBe(false)
        await clock.advance(GRACE)
      }
      for (let n = 0; n < 5; n++) await leave()
      expect(told(world)).toHaveLength(1)
      await clock.advance(10_000)
      await leave()
      expect(told(world)).toHaveLength(2)
      expect(told(world)[1]).toMatchObject({ count: 6 })
      expect(told(world)[1]?.message).toContain('; 5 more, 6 in all')
    }),
  )

  it(
    'of a storm in one line, with the count, and with a bounded number of stacks looked at',
    amongProcesses(async ({ world }) => {
      const { kernel, clock } = world
      let stacks = 0
      const { captureStackTrace } = Error
      Error.captureStackTrace = (target, above) => {
        stacks++
        captureStackTrace(target, above)
      }
      try {
        for (let n = 0; n < 1_000; n++) {
          kernel.spawn(() => {
            const interval = setInterval(() => {}, 1e6)
            cleared(interval, () => clearInterval(interval))
            throw crash
          })
        }
        await kernel.settled()
      } finally {
        Error.captureStackTrace = captureStackTrace
      }
      expect(stacks).toBeLessThanOrEqual(200)
      await clock.advance(GRACE)
      // Those that were not looked at are told in a line of their own.
      expect(told(world)).toHaveLength(2)
      expect(told(world).reduce((sum, { count }) => sum + Number(count), 0)).toBe(1_000)
    }),
  )

  it(
    'also what a package opened for it, with the place in the code that used the package',
    amongProcesses(async ({ a, world }) => {
      const interval = a.run(() => inPackage('setInterval(() => {}, 1e6)')) as NodeJS.Timeout
      cleared(interval, () => clearInterval(interval))
      await dies(world, a)
      expect(told(world)).toMatchObject([{ place: expect.stringMatching(/^test\/containment/) }])
    }),
  )

  it(
    'also where it goes on by one brief timeout after the other, when it has for five seconds',
    amongProcesses(async ({ a, world }) => {
      let beats = 0
      let heard: () => void = () => {}
      let timer: NodeJS.Timeout
      const beat = (): void => {
        beats++
        timer = setTimeout(beat, 1)
        heard()
      }
      const another = (): Promise<void> =>
        new Promise((resolve) => {
          heard = resolve
        })
      a.run(beat)
      cleared(undefined, () => clearTimeout(timer))
      world.kernel.exit(a.pid, crash)
      await another()
      await world.clock.advance(4_999)
      await another()
      expect(told(world)).toEqual([])
      await world.clock.advance(1)
      await another()
      expect(told(world)).toHaveLength(1)
      expect(told(world)[0]?.message).toMatch(
        /left-over code of .* goes on by a timeout of 1 ms at test\/containment\/left-open\.test\.ts:\d+\. Take timers /,
      )
      expect(beats).toBeGreaterThan(2)
    }),
  )
})

describe('is no news', () => {
  const silent = (name: string, open: (owner: Owner) => unknown, reason: unknown = crash): void => {
    it(
      name,
      amongProcesses(async ({ a, world }) => {
        await open(a)
        await dies(world, a, reason)
        await world.clock.advance(100_000)
        expect(told(world)).toEqual([])
      }),
    )
  }

  silent('what it owned, and what it gave up', async (a) => {
    await a.run(async () => {
      const opened = own(connect(port, '127.0.0.1'))
      const given = own(connect(port, '127.0.0.1'))
      disown(given)
      cleared(given, () => given.destroy())
      own(program(IDLE))
      ownedInterval(() => {}, 1_000)
      await once(opened, 'connect')
    })
  })

  silent('what was opened inside a shared thing', async (a) => {
    const pool = shared({
      open() {
        const interval = setInterval(() => {}, 1e6)
        cleared(interval, () => clearInterval(interval))
        return socket()
      },
    })
    await a.run(() => pool.open())
  })

  silent('the connections of fetch and of HTTP agents', async (a) => {
    const url = `http://127.0.0.1:${port}`
    await a.run(async () => {
      await (await fetch(url)).text()
      for (const agent of [pooled, undefined]) {
        await new Promise((resolve) =>
          get(url, { agent }, (response) => response.resume().on('end', resolve)),
        )
      }
    })
  })

  silent(
    'what was closed before its end, or after its orderly end, in good time',
    async (a) => {
      const ends: (() => unknown)[] = []
      await a.run(async () => {
        const opened = connect(port, '127.0.0.1')
        const server = new Server().listen(0, '127.0.0.1')
        const datagrams = createSocket('udp4').bind(0, '127.0.0.1')
        const interval = setInterval(() => {}, 1e6)
        const timeout = setTimeout(() => {}, 1e6)
        const watcher = watch(FOLDER)
        watchFile(FOLDER, () => {})
        await Promise.all([once(opened, 'connect'), once(server, 'listening'), once(datagrams, 'listening')])
        datagrams.close()
        clearTimeout(timeout)
        watcher.close()
        ends.push(
          () => opened.end(),
          () => server.close(),
          () => clearInterval(interval),
          () => unwatchFile(FOLDER),
        )
      })
      setImmediate(() => {
        for (const end of ends) end()
      })
    },
    'shutdown',
  )

  silent('a program that was told to end, or that is to go on without it', async (a) => {
    a.run(() => {
      program(IDLE).kill()
      program(IDLE).unref()
    })
  })

  silent('a brief timeout, one that packages wait for, and an interval beside the work of a package', (a) => {
    a.run(() => {
      const brief = setTimeout(() => {}, 9_999)
      const beside = setTimeout(() => {}, 1e6).unref()
      const waiting = inPackage('setTimeout(() => {}, 1e6)') as NodeJS.Timeout
      const reaper = inPackage('setInterval(() => {}, 1e6).unref()') as NodeJS.Timeout
      for (const timer of [brief, beside, waiting, reaper]) cleared(timer, () => clearTimeout(timer))
    })
  })

  it(
    'what a script opened that ran to its end',
    amongProcesses(async ({ world }) => {
      await world.kernel.run(socket)
      await world.clock.advance(GRACE)
      expect(told(world)).toEqual([])
    }),
  )

  it(
    'what is opened where nothing is contained, or as nobody',
    amongProcesses(async ({ a, world }) => {
      world.kernel.contained = false
      await a.run(socket)
      await socket()
      await dies(world, a)
      expect(told(world)).toEqual([])
    }),
  )
})

describe('in production', () => {
  const inProduction = (body: (owner: Owner, world: World) => unknown): (() => Promise<void>) =>
    amongProcesses(async ({ a, world }) => {
      world.kernel.leftOpen.atOnce = false
      await body(a, world)
    })

  it(
    'a socket is told when something comes',
    inProduction(async (a, world) => {
      const greeter = new Server()
      await once(greeter.listen(0, '127.0.0.1'), 'listening')
      const { port } = greeter.address() as AddressInfo
      const accepted = once(greeter, 'connection')
      const opened = a.run(() => connect(port, '127.0.0.1'))
      const [client] = (await accepted) as [Socket]
      cleared(opened, () => {
        opened.destroy()
        client.destroy()
        greeter.close()
      })
      a.run(() => opened.on('data', () => {}))
      await dies(world, a)
      expect(told(world)).toEqual([])
      client.write('hello')
      await once(opened, 'data')
      expect(told(world)).toMatchObject([{ message: expect.stringContaining('a socket to'), count: 1 }])
      client.write('hello again')
      await once(opened, 'data')
      expect(told(world)).toHaveLength(1)
      expect(Object.hasOwn(opened, 'emit')).toBe(false)
    }),
  )

  it(
    'a server, when somebody connects',
    inProduction(async (a, world) => {
      const server = a.run(() => new Server().listen(0, '127.0.0.1'))
      cleared(server, () => server.close())
      await once(server, 'listening')
      await dies(world, a)
      expect(told(world)).toEqual([])
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
      cleared(client, () => client.destroy())
      const [accepted] = (await once(server, 'connection')) as [Socket]
      accepted.destroy()
      expect(told(world)).toMatchObject([{ message: expect.stringContaining('a server on') }])
    }),
  )

  it(
    'a program, when it says something; not when it ends',
    inProduction(async (a, world) => {
      const [talks, ends] = a.run(() => [
        program("process.stdin.on('data', () => console.log('hello'))"),
        program("process.stdin.on('data', () => process.exit())"),
      ]) as [ChildProcess, ChildProcess]
      await dies(world, a)
      expect(told(world)).toEqual([])
      ends.stdin?.write('go\n')
      await once(ends, 'exit')
      expect(told(world)).toEqual([])
      talks.stdin?.write('go\n')
      await once(talks.stdout as NonNullable<typeof talks.stdout>, 'data')
      expect(told(world)).toMatchObject([{ message: expect.stringContaining('the program') }])
    }),
  )

  it(
    'an interval, when it fires, and every timer as ever',
    inProduction(async (a, world) => {
      let fires: (value: unknown) => void = () => {}
      const interval = a.run(() => setInterval((value: string) => fires(value), 1, 'given'))
      cleared(interval, () => clearInterval(interval))
      await dies(world, a)
      expect(
        await new Promise((resolve) => {
          fires = resolve
        }),
      ).toBe('given')
      expect(told(world)).toMatchObject([{ message: expect.stringContaining('an interval of 1 ms') }])
    }),
  )

  it.each([
    [{ HEARTWOOD_ENV: '', NODE_ENV: '' }, true],
    [{ HEARTWOOD_ENV: '', NODE_ENV: 'test' }, true],
    [{ HEARTWOOD_ENV: '', NODE_ENV: 'production' }, false],
    [{ HEARTWOOD_ENV: 'development', NODE_ENV: 'production' }, true],
    [{ HEARTWOOD_ENV: 'production', NODE_ENV: 'development' }, false],
  ])('is what the environment says: %j', async (variables, atOnce) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
    const kernel = new Kernel({ clock: new VirtualClock(), report: () => {} })
    try {
      const child = { id: 'only', start: () => startLink({ init: () => ({ state: 0 }) }, undefined) }
      const root = supervisorSpec('root', { children: [child] })
      const system = await boot(
        { applications: [application({ name: 'shop', root })], log: { level: 'silent' }, contain: false },
        { kernel },
      )
      expect(kernel.leftOpen.atOnce).toBe(atOnce)
      await system.stop()
    } finally {
      vi.unstubAllEnvs()
    }
  })
})

describe('nothing is kept alive', () => {
  it(
    'of what a living worker opened and closed',
    amongProcesses(async ({ a, world }) => {
      setFlagsFromString('--expose-gc')
      const collect = runInNewContext('gc') as () => void
      const refs: WeakRef<object>[] = []
      for (let n = 0; n < 100; n++) {
        const interval = a.run(() => setInterval(() => {}, 1e6))
        refs.push(new WeakRef(interval))
        clearInterval(interval)
      }
      await new Promise((resolve) => setImmediate(resolve))
      collect()
      expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(1)
      await dies(world, a)
      expect(told(world)).toEqual([])
    }),
  )

  it('and the functions look as Node has them', () => {
    expect(globalThis.setInterval).toBe(setInterval)
    expect([setTimeout.name, setTimeout.length, connect.name]).toEqual([
      'setTimeout',
      setTimeout.length,
      'connect',
    ])
    expect(Object.getOwnPropertySymbols(setTimeout)).not.toEqual([])
    expect(Socket.prototype.connect.name).toBe('')
  })
})

/** As code of a package does it. */
function inPackage(code: string): unknown {
  return runInThisContext(code, { filename: '/app/node_modules/pool/index.js' })
}
