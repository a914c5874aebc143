import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  createServer as createHttp2,
  createSecureServer,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer as createHttps, Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type AddressInfo, connect, createServer as createNet, type Socket } from 'node:net'
import fastify from 'fastify'
import { type Drain, type DrainOptions, drain, own, type RunningSystem } from 'heartwood'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { Drains } from '../../src/application/drain/drain.js'
import { DrainedSession } from '../../src/application/drain/http2-session.js'
import { tree, World } from './world.js'

let world: World
const closed: (() => void)[] = []
beforeEach(() => {
  world = new World()
})
afterEach(() => {
  for (const close of closed.splice(0)) close()
})

const TLS = {
  key: readFileSync(new URL('fixtures/tls/key.pem', import.meta.url)),
  cert: readFileSync(new URL('fixtures/tls/cert.pem', import.meta.url)),
}

type Answering = ServerResponse

/** A server stops listening when nobody has connected for so many milliseconds. */
const CALM = 20

/** Answers are given by the test. */
class Handler {
  readonly waiting: Answering[] = []
  readonly handle = (_: unknown, response: unknown): void => {
    this.waiting.push(response as Answering)
    this.#arrived()
  }
  #arrived: () => void = () => {}

  /** Resolves with the nth request. */
  async nth(nth: number): Promise<Answering> {
    while (this.waiting[nth] === undefined) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
      })
    }
    return this.waiting[nth] as Answering
  }
}

/** Moves time for as long as it takes: what closes connections waits for the network, too. */
async function withTime<T>(promise: Promise<T>): Promise<T> {
  let over = false
  const end = (): void => {
    over = true
  }
  promise.then(end, end)
  while (!over) await world.clock.advance(25)
  return promise
}

/** An application whose worker `http` listens, above one that the requests need. */
async function serving(
  server: { listen(port: number, host: string): unknown; once?: unknown } & object,
  options?: DrainOptions,
  config?: { drainDelay: number },
): Promise<{ system: RunningSystem; port: number; drained: Drain }> {
  let drained: Drain | undefined
  const listen = async (): Promise<void> => {
    const listening = once(server as Server, 'listening')
    own(server as Server).listen(0, '127.0.0.1')
    drained = drain(server as Server, options)
    await listening
  }
  const root = tree('web', world.worker('store'), world.worker('http', { start: listen }))
  const system = await world.boot([{ name: 'web', root }], config)
  return { system, port: ((server as Server).address() as AddressInfo).port, drained: drained as Drain }
}

interface Answer {
  readonly status: number | undefined
  readonly connection: string | undefined
  readonly text: string
}

async function answerOf(asked: ReturnType<typeof request>): Promise<Answer> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, connection: response.headers.connection, text }
}

function ask(port: number, agent: Agent, path = '/'): Promise<Answer> {
  const asked = request({ port, host: '127.0.0.1', path, agent })
  asked.end()
  return answerOf(asked)
}

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true })
  closed.push(() => agent.destroy())
  return agent
}

async function refused(port: number): Promise<string> {
  const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException]
  return error.code ?? ''
}

describe('drain', () => {
  it('finishes what is in flight before anything of the tree is stopped, and takes nothing new', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle))
    const answer = ask(port, keepAlive())
    const response = await handler.nth(0)
    const end = system.stop()
    await world.clock.advance(CALM)
    expect(await refused(port)).toBe('ECONNREFUSED')
    expect(world.log).toEqual(['start store', 'start http'])
    response.end('done')
    expect(await answer).toEqual({ status: 200, connection: 'close', text: 'done' })
    await end
    expect(world.log.slice(2)).toEqual(['stop http', 'stop store'])
    expect(world.reports.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
  })

  it('closes connections that are quiet: kept alive, and never used', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle))
    const agent = keepAlive()
    const answer = ask(port, agent)
    ;(await handler.nth(0)).end('kept alive')
    expect((await answer).connection).toBe('keep-alive')
    const idle = connect(port, '127.0.0.1')
    await once(idle, 'connect')
    const over = once(idle, 'close')
    const end = system.stop()
    await world.clock.advance(CALM + 249)
    expect(idle.closed).toBe(false)
    await withTime(end)
    await over
    expect(world.kernel.now()).toBeLessThan(300)
  })

  it('leaves one that was quiet for long time enough for a request, since no client knows of the end yet', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle))
    const agent = keepAlive()
    const first = ask(port, agent)
    ;(await handler.nth(0)).end('before')
    await first
    await world.clock.advance(10_000)
    const end = system.stop()
    await world.clock.advance(CALM + 200)
    const second = ask(port, agent)
    ;(await handler.nth(1)).end('after')
    expect(await second).toMatchObject({ status: 200, connection: 'close' })
    await withTime(end)
  })

  it('answers what comes on a connection that is still open, and closes it', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle))
    const socket = connect(port, '127.0.0.1')
    closed.push(() => socket.destroy())
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    const over = once(socket, 'close')
    socket.write('GET /one HTTP/1.1\r\nHost: x\r\n\r\n')
    const first = await handler.nth(0)
    // Its head goes out before, and says keep-alive.
    first.writeHead(200, { 'content-length': '3' }).write('one')
    await world.kernel.settled()
    const end = system.stop()
    await world.clock.advance(CALM)
    socket.write('GET /two HTTP/1.1\r\nHost: x\r\n\r\n')
    first.end()
    ;(await handler.nth(1)).end('two')
    await withTime(Promise.all([over, end]))
    expect(text).toMatch(/one/)
    expect(text).toMatch(/connection: close\r\n.*two/is)
  })

  it('cuts off what is not finished in time, and names it', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle), { timeout: 3_000 })
    const [slow, upload] = [ask(port, keepAlive(), '/slow'), ask(port, keepAlive(), '/upload?id=7')]
    const cut = Promise.all([expect(slow).rejects.toThrow(), expect(upload).rejects.toThrow()])
    await handler.nth(1)
    const end = system.stop()
    await world.clock.advance(2_999)
    expect(world.log).toEqual(['start store', 'start http'])
    await world.clock.advance(1)
    await Promise.all([end, cut])
    expect(world.reports.find(({ requests }) => requests !== undefined)).toMatchObject({
      level: 'warn',
      message: expect.stringMatching(
        /^application web: GET \/(slow, GET \/upload\?id=7|upload\?id=7, GET \/slow) cut off while it drained$/,
      ),
    })
    expect(world.log.slice(2)).toEqual(['stop http', 'stop store'])
  })

  it('tells those who hold streams open, which would never end', async () => {
    const streams: ServerResponse[] = []
    const server = createServer((_, response) => {
      streams.push(response)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    })
    const begin = (): void => {
      for (const stream of streams) stream.end('data: bye\n\n')
    }
    const { system, port } = await serving(server, { begin })
    const answer = ask(port, keepAlive())
    while (streams.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await withTime(system.stop())
    expect((await answer).text).toBe('data: 1\n\ndata: bye\n\n')
  })

  it('goes on when that fails', async () => {
    const { system } = await serving(createServer(), {
      begin: () => {
        throw new Error('no streams today')
      },
    })
    await withTime(system.stop())
    expect(world.reports.find(({ kind }) => kind === 'drain')).toMatchObject({
      level: 'error',
      message: expect.stringContaining('no streams today'),
    })
    expect(world.log.slice(2)).toEqual(['stop http', 'stop store'])
  })

  it('can be done by the worker itself, once', async () => {
    const handler = new Handler()
    const { system, port, drained } = await serving(createServer(handler.handle))
    const answer = ask(port, keepAlive())
    const response = await handler.nth(0)
    const outcome = world.kernel.run(() => drained.drained())
    await world.clock.advance(CALM)
    response.end('done')
    expect(await withTime(outcome)).toEqual({ requests: [], connections: 0 })
    expect((await answer).text).toBe('done')
    await withTime(system.stop())
  })

  it('does not wait for a server whose worker has gone', async () => {
    const { system, port } = await serving(createServer())
    const pid = world.kernel.whereis('store')
    expect(pid).toBeDefined()
    const web = world.kernel.whereis('http')
    if (web !== undefined) world.kernel.exit(web, 'kill')
    await system.ended
    expect(await refused(port)).toBe('ECONNREFUSED')
  })

  it('works with https', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createHttps(TLS, handler.handle))
    const agent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
    const asked = httpsRequest({ port, host: '127.0.0.1', agent })
    asked.end()
    const answer = answerOf(asked)
    const response = await handler.nth(0)
    const end = system.stop()
    await world.clock.advance(CALM)
    response.end('done')
    expect(await answer).toEqual({ status: 200, connection: 'close', text: 'done' })
    await end
    agent.destroy()
  })

  it.each([
    ['plain', () => createHttp2, 'http'],
    ['secure', () => (handler: never) => createSecureServer({ ...TLS, allowHTTP1: true }, handler), 'https'],
  ])('works with %s http2: sessions are told, and streams finished', async (_, make, scheme) => {
    const handler = new Handler()
    const server = make()(handler.handle as never) as unknown as Server
    const { system, port } = await serving(server)
    const session: ClientHttp2Session = connectHttp2(`${scheme}://127.0.0.1:${port}`, {
      rejectUnauthorized: false,
    })
    closed.push(() => session.destroy())
    const stream = session.request({ ':path': '/' })
    let text = ''
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    const finished = once(stream, 'end')
    const over = once(session, 'close')
    const response = await handler.nth(0)
    const end = system.stop()
    await world.clock.advance(CALM)
    expect(world.log).toEqual(['start store', 'start http'])
    response.end('done')
    await withTime(Promise.all([finished, over, end]))
    expect(text).toBe('done')
    expect(world.log.slice(2)).toEqual(['stop http', 'stop store'])
  })

  describe('tells a client of http2', () => {
    async function session(server: unknown, port: number): Promise<[ClientHttp2Session, ServerHttp2Session]> {
      const made = once(server as Server, 'session')
      const client = connectHttp2(`http://127.0.0.1:${port}`)
      closed.push(() => client.destroy())
      const [[inServer]] = await Promise.all([made, once(client, 'connect')])
      return [client, inServer as ServerHttp2Session]
    }

    async function textOf(stream: ClientHttp2Stream): Promise<string> {
      let text = ''
      for await (const chunk of stream.setEncoding('utf8')) text += chunk
      return text
    }

    it('while it waits for an answer, when it has no other request on its way', async () => {
      const handler = new Handler()
      const server = createHttp2(handler.handle)
      const { system, port } = await serving(server as never, {}, { drainDelay: 500 })
      const [client] = await session(server, port)
      const first = textOf(client.request())
      ;(await handler.nth(0)).end('before')
      await first
      const end = system.stop()
      await world.clock.advance(100)
      const goaway = once(client, 'goaway')
      const second = client.request()
      const text = textOf(second)
      const response = await handler.nth(1)
      expect(await goaway).toEqual([0, second.id, undefined])
      response.end('after')
      expect(await text).toBe('after')
      await withTime(end)
    })

    it('only with the last of those that it sends at once', async () => {
      const handler = new Handler()
      const server = createHttp2(handler.handle)
      const { system, port } = await serving(server as never, {}, { drainDelay: 500 })
      const [client] = await session(server, port)
      const end = system.stop()
      await world.clock.advance(100)
      const texts = Array.from({ length: 8 }, () => textOf(client.request()))
      await handler.nth(7)
      for (const response of handler.waiting) response.end('all')
      expect(await Promise.all(texts)).toEqual(Array.from({ length: 8 }, () => 'all'))
      expect(client.closed).toBe(true)
      await withTime(end)
    })

    it('at once that a request which crossed that is not begun, so that it can be sent again', async () => {
      const handler = new Handler()
      const server = createHttp2(handler.handle)
      const { system, port } = await serving(server as never, {}, { drainDelay: 5_000 })
      const [client, inServer] = await session(server, port)
      const first = textOf(client.request())
      const response = await handler.nth(0)
      const end = system.stop()
      while (!inServer.closed) await new Promise((resolve) => setImmediate(resolve))
      const late = client.request()
      await expect(textOf(late)).rejects.toThrow('NGHTTP2_REFUSED_STREAM')
      expect(handler.waiting).toHaveLength(1)
      response.end('done')
      expect(await first).toBe('done')
      await withTime(end)
    })

    it('also when it has had more streams open before', async () => {
      const handler = new Handler()
      const server = createHttp2(handler.handle)
      const { system, port } = await serving(server as never)
      const [client] = await session(server, port)
      const before = [textOf(client.request()), textOf(client.request())]
      await handler.nth(1)
      for (const each of handler.waiting) each.end('before')
      await Promise.all(before)
      const end = system.stop()
      await world.clock.advance(CALM + 200)
      const early = textOf(client.request())
      ;(await handler.nth(2)).end('early')
      await early
      expect(client.closed).toBe(false)
      await world.clock.advance(50)
      const goaway = once(client, 'goaway')
      const late = textOf(client.request())
      const response = await handler.nth(3)
      await goaway
      response.end('late')
      expect(await late).toBe('late')
      await withTime(end)
    })
  })

  it('cuts off http2 sessions that do not end', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createHttp2(handler.handle), { timeout: 100 })
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    closed.push(() => session.destroy())
    const stream = session.request({ ':path': '/slow' })
    stream.on('error', () => {})
    session.on('error', () => {})
    await handler.nth(0)
    const end = system.stop()
    await world.clock.advance(100)
    await end
    expect(world.reports.find(({ requests }) => requests !== undefined)).toMatchObject({
      requests: ['GET /slow'],
    })
  })

  it('works with Fastify, whose own close comes after it', async () => {
    const app = fastify()
    let answer: (text: string) => void = () => {}
    let arrived: () => void = () => {}
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve
    })
    app.get('/', () => {
      arrived()
      return new Promise((resolve) => {
        answer = resolve
      })
    })
    app.addHook('onClose', async () => void world.log.push('closed'))
    const listen = async (): Promise<void> => {
      await own(app).listen({ port: 0, host: '127.0.0.1' })
      drain(app)
    }
    const system = await world.boot([
      { name: 'web', root: tree('web', world.worker('http', { start: listen })) },
    ])
    const { port } = app.server.address() as AddressInfo
    const asked = ask(port, keepAlive())
    await inFlight
    const end = system.stop()
    await world.clock.advance(CALM)
    expect(await refused(port)).toBe('ECONNREFUSED')
    answer('done')
    expect(await asked).toEqual({ status: 200, connection: 'close', text: 'done' })
    await end
    expect(world.log).toEqual(['start http', 'stop http', 'closed'])
    expect(world.reports.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
  })

  it('counts connections that are no requests', async () => {
    const sockets: Socket[] = []
    const { system, port } = await serving(
      createNet((socket) => void sockets.push(socket)),
      { timeout: 100 },
    )
    const socket = connect(port, '127.0.0.1')
    closed.push(() => socket.destroy())
    socket.on('error', () => {})
    while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const end = system.stop()
    await world.clock.advance(100)
    await end
    expect(world.reports.find(({ connections }) => connections !== undefined)?.message).toBe(
      'application web: no request and 1 other connections cut off while it drained',
    )
  })

  describe('stops listening', () => {
    /** Each turn of the event loop takes so long, for so many turns. */
    function busy(ms: number, turns: number): { readonly turns: number } {
      const real = world.clock.now.bind(world.clock)
      const spent = { turns: 0 }
      world.clock.now = () => real() + spent.turns * ms
      const work = (): void => {
        if (++spent.turns < turns) setImmediate(work)
      }
      work()
      return spent
    }

    it('when it has nothing else to do, so that no connection comes meanwhile', async () => {
      const { system, port } = await serving(createServer())
      const spent = busy(1, 100)
      const end = system.stop()
      while (spent.turns < 80) await new Promise((resolve) => setImmediate(resolve))
      const socket = connect(port, '127.0.0.1')
      closed.push(() => socket.destroy())
      await once(socket, 'connect')
      await withTime(end)
    })

    it('when it has accepted all connections that wait for that, however long it takes', async () => {
      const { system, port } = await serving(createServer((_, response) => response.end('x')))
      const answers = Array.from({ length: 200 }, async () => {
        const socket = connect(port, '127.0.0.1')
        closed.push(() => socket.destroy())
        socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
        await once(socket, 'data')
      })
      busy(10, 200)
      const end = system.stop()
      await withTime(Promise.all(answers))
      await withTime(end)
    })
  })

  it('says during drainDelay that connections end, while it still listens', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle), {}, { drainDelay: 500 })
    const end = system.stop()
    await world.clock.advance(100)
    const answer = ask(port, keepAlive())
    ;(await handler.nth(0)).end('still here')
    expect(await answer).toEqual({ status: 200, connection: 'close', text: 'still here' })
    await world.clock.advance(400 + CALM)
    expect(await refused(port)).toBe('ECONNREFUSED')
    await end
  })

  it('sends what was answered and is not sent yet', async () => {
    const size = 8_000_000
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle))
    const socket = connect(port, '127.0.0.1')
    closed.push(() => socket.destroy())
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const response = await handler.nth(0)
    // The reader has not begun to read, so most of it waits in the server.
    response.end(Buffer.alloc(size))
    const end = system.stop()
    await world.clock.advance(CALM + 5_000)
    expect(world.log).toEqual(['start store', 'start http'])
    let bytes = 0
    socket.on('data', (data) => {
      bytes += data.length
    })
    await withTime(Promise.all([once(socket, 'close'), end]))
    expect(bytes).toBeGreaterThan(size)
    expect(world.reports.filter(({ level }) => level === 'warn')).toEqual([])
  })

  it('answers all requests that a client has sent at once; the last answer says that the connection ends', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle))
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    const over = once(socket, 'close')
    socket.write('GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n')
    await handler.nth(1)
    const end = system.stop()
    await world.clock.advance(CALM)
    socket.write('GET /3 HTTP/1.1\r\nHost: x\r\n\r\n')
    await handler.nth(2)
    for (const [at, response] of handler.waiting.entries()) response.end(`answer ${at + 1}`)
    await withTime(Promise.all([over, end]))
    expect(text.match(/^connection: close/gim)).toHaveLength(1)
    expect(text).toMatch(/answer 1.*answer 2.*connection: close.*answer 3/is)
    expect(world.reports.filter(({ level }) => level === 'warn')).toEqual([])
  })

  it('names what a client sent behind an answer that said close', async () => {
    const handler = new Handler()
    const { system, port } = await serving(createServer(handler.handle))
    const socket = connect(port, '127.0.0.1')
    const over = once(socket, 'close')
    socket.resume().write('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n')
    const first = await handler.nth(0)
    const end = system.stop()
    await world.clock.advance(CALM)
    // Its head says that the connection ends, and it is not over yet.
    first.writeHead(200).write('begun')
    await world.kernel.settled()
    socket.write('GET /2?late HTTP/1.1\r\nHost: x\r\n\r\n')
    await handler.nth(1)
    first.end()
    await withTime(Promise.all([over, end]))
    expect(world.reports.find(({ requests }) => requests !== undefined)).toMatchObject({
      level: 'warn',
      requests: ['GET /2?late'],
    })
  })

  it('tells web sockets that the server goes away', async () => {
    const server = createServer()
    const sockets = new WebSocketServer({ server })
    const { system, port } = await serving(server)
    const client = new WebSocket(`ws://127.0.0.1:${port}`)
    await once(client, 'open')
    const over = once(client, 'close')
    await withTime(system.stop())
    expect(await over).toEqual([1001, expect.anything()])
    expect(sockets.clients.size).toBe(0)
    expect(world.reports.filter(({ level }) => level === 'warn')).toEqual([])
  })

  it('hears of upgrades only while the server itself does', async () => {
    const server = createServer((_, response) => response.end('no upgrade here'))
    const { system, port } = await serving(server)
    const watch = (): void => {}
    server.on('upgrade', watch).off('upgrade', watch)
    const asked = request({
      port,
      host: '127.0.0.1',
      headers: { connection: 'upgrade', upgrade: 'websocket' },
    })
    asked.end()
    expect((await answerOf(asked)).text).toBe('no upgrade here')
    await withTime(system.stop())
  })

  it.each([
    { timeout: -1 },
    { quiet: Number.NaN },
    { timeout: '5' },
    { timeot: 5 },
    { begin: true },
  ])('refuses the options %j', (options) => {
    expect(() => drain(createServer(), options as never)).toThrow(
      expect.objectContaining({ code: 'DRAIN_OPTION' }) as Error,
    )
  })

  it.each([7, undefined, {}, { server: {} }])('refuses %j', (server) => {
    expect(() => drain(server as never)).toThrow(expect.objectContaining({ code: 'DRAIN_INVALID' }) as Error)
  })
})

describe('the servers of an application', () => {
  it('are told that connections end, also one that a restart brings afterwards', () => {
    const told: string[] = []
    const server = (name: string) => ({
      limit: 100,
      announce: () => void told.push(name),
      drained: () => Promise.resolve([]),
    })
    const drains = new Drains()
    drains.add(server('early'))
    expect(told).toEqual([])
    drains.announce()
    drains.add(server('late'))
    expect(told).toEqual(['early', 'late'])
  })
})

describe('a session of http2', () => {
  it('is quiet from the last stream on that came or went', () => {
    const emitter = new EventEmitter()
    const session = new DrainedSession(emitter as ServerHttp2Session, () => {})
    const looks = (): number[] => [session.look(), session.look()]
    expect(looks()).toEqual([1, 2])
    const stream = new EventEmitter()
    emitter.emit('stream', stream, {})
    expect(looks()).toEqual([1, 2])
    stream.emit('close')
    expect(looks()).toEqual([1, 2])
  })
})
