/** Clients of HTTP/1: agents with kept-alive connections, undici, pipelining, slow readers, uploads, late requests. */
import { once } from 'node:events'
import { Agent, type ClientRequest, type ClientRequestArgs, type IncomingMessage, request } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { buildConnector, Agent as UndiciAgent, request as undici } from 'undici'
import { BIG, type Client, checkLength, repeat, type Site, SMALL, together } from './client.js'

/** What a request does: how it is sent, and how its answer is read. */
const SHAPES = {
  small: { path: '/', bytes: SMALL, slowly: false, times: 4 },
  big: { path: '/big', bytes: BIG, slowly: true, times: 2 },
  upload: { path: '/upload', bytes: SMALL, slowly: false, times: 2 },
} as const

type Created = (error: Error | null, socket: Duplex) => void

/** Has an agent make new connections only while that is allowed. */
function admitted<Made extends Agent>(agent: Made, { admit }: Site): Made {
  const make = agent.createConnection.bind(agent)
  agent.createConnection = (options: ClientRequestArgs, created?: Created) => {
    try {
      admit()
    } catch (error) {
      process.nextTick(() => created?.(error as Error, undefined as never))
      return undefined
    }
    return make(options, created)
  }
  return agent
}

async function read(asked: ClientRequest, slowly: boolean): Promise<number> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  if (slowly) await wait(100)
  let bytes = 0
  for await (const chunk of response) bytes += (chunk as Buffer).length
  return bytes
}

/** Node's own client, with connections that it keeps. */
export function agentClient(server: 'http' | 'https' | 'fastify', shape: keyof typeof SHAPES): Client {
  const kind = `${server} ${shape}`
  const { path, bytes, slowly, times } = SHAPES[shape]
  const secure = server === 'https'
  return {
    kind,
    async run(site) {
      const limits = { keepAlive: true, maxSockets: 4 }
      const agent = secure
        ? admitted(new HttpsAgent({ ...limits, rejectUnauthorized: false }), site)
        : admitted(new Agent(limits), site)
      const options = { port: site.ports[server], host: '127.0.0.1', agent, path, method: 'POST' }
      const ask = async (): Promise<void> => {
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
        checkLength(await got, bytes)
      }
      await together(times, () => repeat(site, kind, ask))
      agent.destroy()
    },
  }
}

/** @param pipelining requests at once on a connection */
export function undiciClient(pipelining: number): Client {
  const kind = pipelining === 1 ? 'undici' : 'undici pipelining'
  return {
    kind,
    async run(site) {
      const make = buildConnector({})
      const dispatcher = new UndiciAgent({
        connections: 4,
        pipelining,
        connect(options, made) {
          try {
            site.admit()
          } catch (error) {
            process.nextTick(() => made(error as Error, null))
            return
          }
          make(options, made)
        },
      })
      const ask = async (): Promise<void> => {
        const { body } = await undici(`http://127.0.0.1:${site.ports.http}/`, { dispatcher })
        checkLength((await body.arrayBuffer()).byteLength, SMALL)
      }
      await together(4 * pipelining, () => repeat(site, kind, ask))
      await dispatcher.close()
    },
  }
}

async function dial({ admit, ports }: Site): Promise<Socket> {
  admit()
  const socket = connect(ports.http, '127.0.0.1')
  await once(socket, 'connect')
  // Its end is what counts.
  return socket.on('error', () => {})
}

/**
 * Sends eight requests at once, as load generators do. What comes behind an answer that says `close` was told to be sent
 * elsewhere (RFC 9112, 9.6).
 */
export const pipeliningClient: Client = {
  kind: 'pipelining',
  async run(site) {
    const many = 8
    const counts = site.tally.of('pipelining')
    await repeat(site, 'pipelining', async () => {
      const socket = await dial(site)
      for (;;) {
        socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(many))
        const [answers, closes] = await pipelined(socket, many)
        counts.answered += answers
        if (closes) break
        if (answers < many)
          throw Object.assign(new Error(`${answers} answers of ${many}`), { code: 'PIPELINE' })
      }
      counts.told++
      // The last one is counted by who repeats this.
      counts.answered--
    })
  },
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
    if (socket.closed) {
      look(true)
      return
    }
    socket.on('data', (data) => {
      text += data
      look(false)
    })
    socket.on('close', () => look(true))
  })
}

/** Connects, says nothing for a moment, and asks then: its connection is no idle one. */
export const lateClient: Client = {
  kind: 'late',
  async run(site) {
    await repeat(site, 'late', async () => {
      const socket = await dial(site)
      await wait(20 + Math.random() * 30)
      if (socket.destroyed) throw Object.assign(new Error('closed before it was used'), { code: 'UNUSED' })
      const agent = new Agent()
      agent.createConnection = () => socket
      const asked = request({ host: '127.0.0.1', port: site.ports.http, agent, path: '/' })
      asked.end()
      checkLength(await read(asked, false), SMALL)
      agent.destroy()
    })
  },
}
