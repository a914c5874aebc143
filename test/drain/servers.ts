/** The program that is stopped: five kinds of server in one application, each drained. It prints where they listen. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import fastify from 'fastify'
import { application, defineConfig, drain, health, own, startLink, supervisorSpec } from 'heartwood'
import { WebSocketServer } from 'ws'
import { BIG, type Protocol, SMALL } from './client.js'

const fixture = (name: string): string => readFileSync(`${process.env.DRAIN_FIXTURES}/${name}.pem`, 'utf8')
const tls = { key: fixture('key'), cert: fixture('cert') }

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/readyz') {
    response.writeHead((await health()).ready.ok ? 200 : 503).end()
    return
  }
  for await (const _ of request);
  await wait(Math.random() * 15)
  if (request.url === '/big') response.end(Buffer.alloc(BIG))
  else response.end('x'.repeat(SMALL))
}

const handle = (request: unknown, response: unknown): void =>
  void answer(request as IncomingMessage, response as ServerResponse)

const MAKE: Readonly<Record<Protocol, () => Promise<Server> | Server>> = {
  http: () => createServer(handle),
  https: () => createHttps(tls, handle),
  http2: () => createSecureServer(tls, handle as never) as unknown as Server,
  websocket: () => {
    const server = createServer(handle)
    new WebSocketServer({ server }).on('connection', (socket) =>
      socket.on('message', (data) => void wait(Math.random() * 5).then(() => socket.send(data))),
    )
    return server
  },
  fastify: async () => {
    const app = fastify({ bodyLimit: 1e9 })
    app.addContentTypeParser('*', (_, body, done) => {
      body.resume().on('end', () => done(null))
    })
    app.all('/*', async (request) => {
      await wait(Math.random() * 15)
      return request.url === '/big' ? Buffer.alloc(BIG) : 'x'.repeat(SMALL)
    })
    await app.ready()
    return app.server
  },
}

const ports: Partial<Record<Protocol, number>> = {}

async function listen(kind: Protocol): Promise<void> {
  const server = own(await MAKE[kind]())
  drain(server, { timeout: 8_000 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ports[kind] = (server.address() as AddressInfo).port
}

const kinds = Object.keys(MAKE) as Protocol[]
const children = kinds.map((kind) => ({
  id: kind,
  start: () =>
    startLink(
      {
        init: async () => {
          await listen(kind)
          return { state: undefined }
        },
      },
      undefined,
    ),
}))

const init = () => {
  process.stdout.write(`${JSON.stringify(ports)}\n`)
  return { state: undefined }
}
const announcer = { id: 'announcer', start: () => startLink({ init }, undefined) }
const root = supervisorSpec('root', { children: [...children, announcer] })

export default defineConfig({
  applications: [application({ name: 'servers', root })],
  drainDelay: Number(process.env.DRAIN_DELAY ?? 0),
  log: { level: 'warn', format: 'json', destination: 2 },
})
