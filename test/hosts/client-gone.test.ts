import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import http2 from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import fastify from 'fastify'
import {
  currentKernel,
  type ExitReason,
  isDown,
  monitor,
  own,
  processes,
  receive,
  self,
  trapExit,
} from 'heartwood'
import { heartwoodPlugin } from 'heartwood/fastify'
import { bootBeside, requestProcess, requestProcesses } from 'heartwood/http'
import { afterEach, describe, expect, it } from 'vitest'
import { log, shop } from './shop.js'

const GONE = { shutdown: 'the client is gone' }
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

/** The requests that have come, and how each ended. */
class Requests {
  readonly ends: Promise<ExitReason>[] = []
  #left = 0
  #all: () => void = () => {}

  /** Resolves when so many have come. */
  come(count: number): Promise<void> {
    this.#left = count
    return new Promise((resolve) => {
      this.#all = resolve
    })
  }

  /** Called in the process of one. Resolves when its end is watched. */
  enter(): Promise<void> {
    const pid = self()
    const kernel = currentKernel()
    return new Promise((watched) => {
      this.ends.push(
        kernel.run(async () => {
          monitor(pid)
          watched()
          if (--this.#left === 0) this.#all()
          return (await receive(isDown)).reason
        }),
      )
    })
  }
}

async function listen(server: Server | http2.Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function serve(
  listener: RequestListener,
): Promise<{ server: Server; port: number; stop(): Promise<unknown> }> {
  const server = createServer(listener)
  const system = await bootBeside(server, shop(), { exitOnEnd: false, drain: { quiet: 0 } })
  toClose.push(
    () => system.stop(),
    () => server.closeAllConnections(),
  )
  return { server, port: await listen(server), stop: () => system.stop() }
}

async function client(port: number): Promise<Socket> {
  const made = connect(port, '127.0.0.1')
  made.on('error', () => {})
  await once(made, 'connect')
  return made
}

const never = (): Promise<never> => new Promise(() => {})

describe('a client that goes away', () => {
  it('ends all requests that it has sent on its connection, also those whose response waits behind another', async () => {
    const requests = new Requests()
    let closed = 0
    const { port } = await serve(
      requestProcesses(async () => {
        own({ close: () => closed++ })
        await requests.enter()
        await never()
      }),
    )
    const socket = await client(port)
    const come = requests.come(20)
    socket.write(GET.repeat(20))
    await come
    socket.destroy()
    expect(await Promise.all(requests.ends)).toEqual(Array(20).fill(GONE))
    expect(closed).toBe(20)
  })

  it('adds one listener to a connection, which stays one', async () => {
    const requests = new Requests()
    const counts = new Set<number>()
    const { server, port } = await serve(
      requestProcesses(async ({ socket }, response) => {
        counts.add(socket.listenerCount('close'))
        await requests.enter()
        if (requests.ends.length > 10) await never()
        response.end()
      }),
    )
    let before = 0
    server.prependListener('request', ({ socket }) => {
      before ||= socket.listenerCount('close')
    })
    const socket = await client(port)
    for (let nth = 0; nth < 10; nth++) {
      socket.write(GET)
      await once(socket, 'data')
    }
    expect([...counts]).toEqual([before + 1])
    const come = requests.come(30)
    socket.write(GET.repeat(30))
    await come
    expect([...counts]).toEqual([before + 1])
  })

  it('ends a request whose response was ended, and could not be sent', async () => {
    const requests = new Requests()
    let answer: () => void = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    const { port } = await serve(
      requestProcesses(async ({ url }, response) => {
        await requests.enter()
        if (url === '/') await never()
        response.end('x')
        answer()
        await once(response, 'finish')
      }),
    )
    const socket = await client(port)
    const come = requests.come(2)
    socket.write(GET + GET.replace('/', '/behind'))
    await Promise.all([come, answered])
    socket.destroy()
    expect(await Promise.all(requests.ends)).toEqual([GONE, GONE])
  })

  it('ends a request whose connection was taken from its response', async () => {
    const requests = new Requests()
    const { port } = await serve(
      requestProcesses(async (_, response) => {
        response.detachSocket(response.socket as Socket)
        await requests.enter()
        await never()
      }),
    )
    const socket = await client(port)
    const come = requests.come(1)
    socket.write(GET)
    await come
    socket.destroy()
    expect(await requests.ends[0]).toEqual(GONE)
  })

  it('has gone before the middleware is reached: nothing of the rest runs', async () => {
    const middleware = requestProcess()
    let reached = 0
    let passed: () => void = () => {}
    const through = new Promise<void>((resolve) => {
      passed = resolve
    })
    let before = 0
    const { port } = await serve(async (request, response) => {
      await once(request.socket, 'close')
      before = processes().length
      middleware(request, response, () => {
        reached++
      })
      passed()
    })
    const socket = await client(port)
    socket.write(GET)
    socket.destroy()
    await through
    await currentKernel().settled()
    expect([reached, processes().length]).toEqual([0, before])
  })

  it('resets streams of HTTP/2, or closes their session', async () => {
    const requests = new Requests()
    const listener = requestProcesses(async ({ url }, response) => {
      await requests.enter()
      if (url === '/') response.end('x')
      else await never()
    })
    const server = http2.createServer(listener as never)
    const system = await bootBeside(server, shop(), { exitOnEnd: false, drain: { quiet: 0 } })
    toClose.push(() => system.stop())
    const session = http2.connect(`http://127.0.0.1:${await listen(server)}`)
    session.on('error', () => {})
    const ask = (path: string): http2.ClientHttp2Stream =>
      session
        .request({ ':path': path })
        .on('error', () => {})
        .resume()
    const come = requests.come(3)
    ask('/')
    const [reset] = [ask('/wait'), ask('/wait')]
    await come
    reset?.close(http2.constants.NGHTTP2_CANCEL)
    expect(await Promise.all(requests.ends.slice(0, 2))).toEqual(['normal', GONE])
    session.destroy()
    expect(await requests.ends[2]).toEqual(GONE)
  })

  it('ends the requests of Fastify, too', async () => {
    const app = fastify()
    toClose.push(() => app.close())
    await app.register(heartwoodPlugin, { config: shop(), exitOnEnd: false, drain: { quiet: 0 } })
    const requests = new Requests()
    app.get('/', async () => {
      await requests.enter()
      await never()
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const socket = await client((app.server.address() as AddressInfo).port)
    const come = requests.come(5)
    socket.write(GET.repeat(5))
    await come
    socket.destroy()
    expect(await Promise.all(requests.ends)).toEqual(Array(5).fill(GONE))
  })
})

describe('the stop of the tree', () => {
  it('ends requests that work on after their response', async () => {
    const requests = new Requests()
    const { port, stop } = await serve(
      requestProcesses(async (_, response) => {
        await requests.enter()
        response.end('x')
        await never()
      }),
    )
    const come = requests.come(1)
    await (await fetch(`http://127.0.0.1:${port}`)).text()
    await come
    await stop()
    expect(await requests.ends[0]).toBe('shutdown')
    expect(log).toEqual(['cart starts', 'cart stops', 'tree stopped'])
  })

  it('kills one that traps exits and does not end', async () => {
    const requests = new Requests()
    const { port, stop } = await serve(
      requestProcesses(async (_, response) => {
        trapExit(true)
        await requests.enter()
        response.end('x')
        await never()
      }),
    )
    const come = requests.come(1)
    await (await fetch(`http://127.0.0.1:${port}`)).text()
    await come
    await stop()
    expect(await requests.ends[0]).toBe('killed')
  })
})
