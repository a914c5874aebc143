import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type ExitReason,
  isDown,
  monitor,
  type Pid,
  processes,
  processInfo,
  processSignal,
  type RunningSystem,
  receive,
  ref,
  self,
} from 'heartwood'
import { bootBeside, type HostOptions, requestProcess, requestProcesses } from 'heartwood/http'
import { afterEach, describe, expect, it } from 'vitest'
import { Cart, log, nextGate, shop } from './shop.js'

let system: RunningSystem | undefined
let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  await system?.stop()
  system = undefined
})

const QUICK = { quiet: 0 }

async function serve(listener: RequestListener, options: HostOptions = {}): Promise<string> {
  server = createServer(listener)
  system = await bootBeside(server, shop(), { exitOnEnd: false, drain: QUICK, ...options })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** How a process ended; told also when it has. */
const endOf = (pid: Pid): Promise<ExitReason> =>
  (system as RunningSystem).kernel.run(async () => {
    monitor(pid)
    return (await receive(isDown)).reason
  })

describe('a tree beside a server', () => {
  it('answers', async () => {
    const url = await serve(async (_, response) => response.end(String(await ref(Cart).call.add('tea'))))
    expect(await (await fetch(url)).text()).toBe('1')
  })

  it('stops when the server has finished its requests, and not before', async () => {
    const gate = nextGate()
    const url = await serve(async (_, response) => response.end(await ref(Cart).call.slow()))
    const answer = fetch(url).then((got) => got.text())
    await gate.entered
    const stopped = system?.stop()
    expect(log).toEqual(['cart starts'])
    gate.open()
    expect(await answer).toBe('at last')
    expect(await stopped).toMatchObject({ cause: 'stopped', stragglers: [] })
    expect(log).toEqual(['cart starts', 'cart stops', 'tree stopped'])
    expect(server?.listening).toBe(false)
  })

  it('takes the applications that a function makes of the settings', async () => {
    const { applications } = shop()
    server = createServer()
    system = await bootBeside(server, {
      applications: async () => applications as never,
      log: { level: 'silent' },
    })
    expect(system.applications.map(({ name }) => name)).toEqual(['shop', 'http'])
  })

  it('refuses what is no server, and a configuration that is none, as boot does', async () => {
    await expect(bootBeside({} as Server, shop())).rejects.toMatchObject({ code: 'BOOT_FAILED' })
    await expect(bootBeside(createServer(), 7 as never)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(bootBeside(createServer(), shop(), { drain: 5 } as never)).rejects.toMatchObject({
      code: 'DRAIN_OPTION',
    })
    await expect(bootBeside(createServer(), shop(), { signls: true } as never)).rejects.toMatchObject({
      code: 'BOOT_OPTION_INVALID',
    })
  })
})

describe('a process for each request', () => {
  it('is the caller, has the name of the request without its query, and ends with the response', async () => {
    let end: Promise<ExitReason> | undefined
    let label: unknown
    const url = await serve(
      requestProcesses(async (_, response) => {
        end = endOf(self())
        label = processInfo(self())?.label
        response.end(String(await ref(Cart).call.add('tea')))
      }),
    )
    expect(await (await fetch(`${url}/cart?token=secret`)).text()).toBe('1')
    expect(await end).toBe('normal')
    expect(label).toBe('GET /cart')
  })

  it('is another one for the next request of the same connection', async () => {
    const callers = new Set<Pid>()
    const url = await serve(
      requestProcesses((_, response) => {
        callers.add(self())
        response.end()
      }),
    )
    for (let nth = 0; nth < 3; nth++) await (await fetch(url)).text()
    expect(callers.size).toBe(3)
  })

  it('ends when its client goes away, with the calls that it waits for', async () => {
    const gate = nextGate()
    let end: Promise<ExitReason> | undefined
    let aborted = false
    const url = await serve(
      requestProcesses(async (_, response) => {
        end = endOf(self())
        processSignal().addEventListener('abort', () => {
          aborted = true
        })
        response.end(await ref(Cart).call.slow())
      }),
    )
    const patience = new AbortController()
    const answer = fetch(url, { signal: patience.signal })
    await gate.entered
    patience.abort()
    await expect(answer).rejects.toThrow()
    expect(await end).toEqual({ shutdown: 'the client is gone' })
    expect(aborted).toBe(true)
    gate.open()
    // The worker is as it was.
    expect(await ref(Cart).call.add('tea')).toBe(1)
  })

  it('crashes alone for what nobody catches, and is answered with 500', async () => {
    const gate = nextGate()
    const url = await serve(
      requestProcesses(async ({ url: path }, response) => {
        if (path === '/slow') response.end(await ref(Cart).call.slow())
        else if (path === '/throw') throw new Error('thrown')
        else if (path === '/reject') void Promise.reject(new Error('floating'))
        else setImmediate(() => JSON.parse('{'))
      }),
    )
    const slow = fetch(`${url}/slow`).then((got) => got.text())
    await gate.entered
    for (const path of ['/throw', '/reject', '/later']) {
      const answer = await fetch(url + path)
      expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error\n'])
    }
    gate.open()
    expect(await slow).toBe('at last')
  })

  it('has its connection cut when it crashes in the middle of an answer', async () => {
    const url = await serve(
      requestProcesses((_, response) => {
        response.write('half')
        setImmediate(() => JSON.parse('{'))
      }),
    )
    const answer = await fetch(url)
    await expect(answer.text()).rejects.toThrow()
  })

  it('leaves no process behind', async () => {
    const middleware = requestProcess()
    const url = await serve((request, response) => middleware(request, response, () => response.end()))
    const before = processes().length
    await Promise.all(Array.from({ length: 20 }, async () => (await fetch(url)).text()))
    await system?.kernel.settled()
    expect(processes().length).toBe(before)
  })
})
