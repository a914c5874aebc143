/** Clients of every kind that use the servers until those are gone, and count what becomes of their requests. */
import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Agent as UndiciAgent, request as undici } from 'undici'
import { WebSocket } from 'ws'

export type Kind = 'http' | 'https' | 'http2' | 'fastify' | 'websocket'
export type Ports = Readonly<Record<Kind, number>>

/** Bytes of an answer. */
export const SMALL = 2_000
export const BIG = 2_000_000

/** What became of requests. `refused` ones never had a connection: the client knows that it can ask elsewhere. */
export class Tally {
  ok = 0
  refused = 0
  cut = 0
  /** How often each kind of client was told that its connection ends. */
  readonly told: Record<string, number> = {}
  readonly failures: Record<string, number> = {}

  fail(client: string, error: unknown): void {
    const code = String((error as { code?: unknown }).code ?? error)
    if (code === 'ECONNREFUSED') this.refused++
    else {
      this.cut++
      this.#count(this.failures, `${client} ${code} ${(error as Error).message}`)
    }
  }

  tell(client: string): void {
    this.#count(this.told, client)
  }

  #count(counts: Record<string, number>, key: string): void {
    counts[key] = (counts[key] ?? 0) + 1
  }
}

/** Runs one client until its server takes no connection any more. */
type Client = (ports: Ports, tally: Tally) => Promise<void>

async function until(once: () => Promise<'again' | 'gone'>): Promise<void> {
  while ((await once()) === 'again') await wait(Math.random() * 3)
}

async function read(asked: ClientRequest, slowly: boolean): Promise<number> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  if (slowly) await wait(100)
  let bytes = 0
  for await (const chunk of response) bytes += (chunk as Buffer).length
  if (!response.complete) throw Object.assign(new Error('cut short'), { code: 'INCOMPLETE' })
  return bytes
}

/** What a request does: how it is sent, and how its answer is read. */
const SHAPES = {
  small: { path: '/', bytes: SMALL, slowly: false },
  big: { path: '/big', bytes: BIG, slowly: true },
  upload: { path: '/upload', bytes: SMALL, slowly: false },
} as const

function agentClient(kind: 'http' | 'https' | 'fastify', shape: keyof typeof SHAPES): Client {
  return async (ports, tally) => {
    const secure = kind === 'https'
    const agent = secure
      ? new HttpsAgent({ keepAlive: true, maxSockets: 4, rejectUnauthorized: false })
      : new Agent({ keepAlive: true, maxSockets: 4 })
    const { path, bytes, slowly } = SHAPES[shape]
    const name = `${kind} ${shape}`
    const options = { port: ports[kind], host: '127.0.0.1', agent, path, method: 'POST' }
    const ask = (): Promise<'again' | 'gone'> =>
      attempt(tally, name, async () => {
        const asked = secure ? requestHttps(options) : request(options)
        const got = read(asked, slowly)
        got.catch(() => {})
        if (shape === 'upload') {
          for (let part = 0; part < 5; part++) {
            asked.write(Buffer.alloc(20_000))
            await wait(10)
          }
        }
        asked.end()
        if ((await got) !== bytes) throw new Error('wrong length')
      })
    await Promise.all(Array.from({ length: shape === 'small' ? 4 : 2 }, () => until(ask)))
    agent.destroy()
  }
}

async function attempt(tally: Tally, name: string, work: () => Promise<void>): Promise<'again' | 'gone'> {
  try {
    await work()
    tally.ok++
    return 'again'
  } catch (error) {
    tally.fail(name, error)
    return (error as { code?: unknown }).code === 'ECONNREFUSED' ? 'gone' : 'again'
  }
}

const undiciClient: Client = async (ports, tally) => {
  const dispatcher = new UndiciAgent({ connections: 4, pipelining: 1 })
  const ask = (): Promise<'again' | 'gone'> =>
    attempt(tally, 'undici', async () => {
      const { body } = await undici(`http://127.0.0.1:${ports.http}/`, { dispatcher })
      if ((await body.arrayBuffer()).byteLength !== SMALL) throw new Error('wrong length')
    })
  await Promise.all(Array.from({ length: 4 }, () => until(ask)))
  await dispatcher.close()
}

/** Sends eight requests at once. What comes behind an answer that says `close` was told to be sent elsewhere (RFC 9112, 9.6). */
const pipeliningClient: Client = async (ports, tally) => {
  const many = 8
  await until(() =>
    attempt(tally, 'pipelining', async () => {
      const socket = connect(ports.http, '127.0.0.1')
      await once(socket, 'connect')
      // Its end is what counts.
      socket.on('error', () => {})
      for (;;) {
        socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(many))
        const [answers, closes] = await pipelined(socket, many)
        tally.ok += answers
        if (closes) tally.tell('pipelining')
        else if (answers < many) throw Object.assign(new Error('cut'), { code: 'PIPELINE_CUT' })
        if (closes) break
      }
    }),
  )
}

/** Resolves when all are answered, or when an answer has said that the connection ends, or when it has ended. */
function pipelined(socket: Socket, many: number): Promise<[answers: number, closes: boolean]> {
  return new Promise((resolve) => {
    let text = ''
    const look = (ended: boolean): void => {
      const heads = text.split('HTTP/1.1 200').length - 1
      const answers = text.split('x'.repeat(SMALL)).length - 1
      const closes = /^connection: close/im.test(text)
      if (!ended && answers < many && !(closes && answers === heads)) return
      socket.removeAllListeners('data').removeAllListeners('close')
      resolve([answers, closes])
    }
    socket.on('data', (data) => {
      text += data
      look(false)
    })
    socket.on('close', () => look(true))
  })
}

const http2Client: Client = async (ports, tally) => {
  let session: ClientHttp2Session | undefined
  const opened = async (): Promise<ClientHttp2Session> => {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    const made = connectHttp2(`https://127.0.0.1:${ports.http2}`, { rejectUnauthorized: false })
    session = made
    made.on('goaway', () => tally.tell('http2'))
    await once(made, 'connect')
    made.on('error', () => {})
    return made
  }
  const ask = (): Promise<'again' | 'gone'> =>
    attempt(tally, 'http2', async () => {
      const stream = (await opened()).request({ ':path': '/' })
      let bytes = 0
      for await (const chunk of stream) bytes += (chunk as Buffer).length
      if (bytes !== SMALL) throw Object.assign(new Error('cut short'), { code: `HTTP2_${bytes}` })
    })
  await until(ask)
  session?.close()
}

/** Echoes until the server says that it goes away. */
const webSocketClient: Client = async (ports, tally) => {
  await until(() =>
    attempt(tally, 'websocket', async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${ports.websocket}/`)
      await once(socket, 'open')
      const closed = once(socket, 'close')
      for (;;) {
        socket.send('hello')
        const echo = await Promise.race([once(socket, 'message'), closed.then(() => undefined)])
        if (echo === undefined) break
        tally.ok++
      }
      const [code] = (await closed) as [number]
      if (code !== 1001) throw Object.assign(new Error('not told'), { code: `CLOSED_${code}` })
      tally.tell('websocket')
    }),
  )
}

/** Connects, says nothing for a moment, and asks then: its connection is no idle one. */
const lateClient: Client = async (ports, tally) => {
  const name = 'late'
  await until(() =>
    attempt(tally, name, async () => {
      const socket = connect(ports.http, '127.0.0.1')
      await once(socket, 'connect')
      socket.on('error', () => {})
      await wait(20 + Math.random() * 30)
      const agent = new Agent()
      agent.createConnection = () => socket
      const asked = request({ host: '127.0.0.1', port: ports.http, agent, path: '/' })
      asked.end()
      await read(asked, false)
      agent.destroy()
    }),
  )
}

const CLIENTS: readonly Client[] = [
  agentClient('http', 'small'),
  agentClient('http', 'small'),
  agentClient('http', 'big'),
  agentClient('http', 'upload'),
  agentClient('https', 'small'),
  agentClient('https', 'big'),
  agentClient('fastify', 'small'),
  agentClient('fastify', 'upload'),
  undiciClient,
  undiciClient,
  pipeliningClient,
  http2Client,
  http2Client,
  webSocketClient,
  lateClient,
]

/** Lets all clients work until every server is gone. */
export async function load(ports: Ports, tally: Tally): Promise<void> {
  await Promise.all(CLIENTS.map((client) => client(ports, tally)))
}
