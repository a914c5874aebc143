/** Connections that a test makes as a client, and leaves open. */
import { once } from 'node:events'
import http, { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import vm from 'node:vm'
import { own, receive, shared, spawn } from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

let server: Server
let web: HttpServer
let port: number
let url: string
let kernel: TestKernel
/** At the server. */
const accepted = new Set<Socket>()
const left: { destroy(): void }[] = []

beforeAll(async () => {
  server = createServer((socket) => {
    accepted.add(socket.on('error', () => {}).on('close', () => accepted.delete(socket)))
  })
  web = createHttpServer((_, response) => response.end('hello'))
  for (const each of [server, web]) await once(each.listen(0, '127.0.0.1'), 'listening')
  port = (server.address() as AddressInfo).port
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`
})

afterAll(() => {
  server.close()
  web.close()
  web.closeAllConnections()
})

beforeEach(() => {
  kernel = new TestKernel({ test: 'the test "of a client"' }).install()
})

afterEach(async () => {
  for (const each of left.splice(0)) each.destroy()
  await kernel.finish().catch(() => {})
})

/** Is kept from one test to the next by nobody but whoever calls it. */
async function connected(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  left.push(socket)
  await once(socket, 'connect')
  return socket
}

/** What the end of the test says, with the numbers taken out. */
async function told(): Promise<string> {
  const failure = await kernel.finish().then(() => 'nothing', String)
  return failure
    .replace(/^.*left something behind: /, '')
    .replace(/\. Let a process.*$/, '')
    .replace(/:\d+/g, ':…')
}

/** As a package would have it. */
function packaged<T>(file: string, code: string): T {
  return new vm.Script(code, { filename: `/x/node_modules/${file}` }).runInThisContext() as T
}

const CONNECT = 'connect(port) { return net.connect(port, "127.0.0.1") }'

interface Client {
  connect(port: number): Socket
}

async function throughPackage(file: string): Promise<Client> {
  const make = packaged<(net: object) => Client>(file, `(net) => ({ ${CONNECT} })`)
  return make(await import('node:net'))
}

describe('a connection that a test leaves open', () => {
  it('is told with whom it is to, and where it was made', async () => {
    await connected()
    expect(await told()).toBe('a socket to 127.0.0.1:… at test/testing/connections.test.ts:…')
  })

  it('is told once for each place', async () => {
    for (let each = 0; each < 3; each++) await connected()
    expect(await told()).toBe('3 × a socket to 127.0.0.1:… at test/testing/connections.test.ts:…')
  })

  it('is told where a worker has made it, and does not own it', async () => {
    spawn(async () => {
      await connected()
      await receive()
    })
    while (accepted.size === 0) await new Promise(setImmediate)
    expect(await told()).toContain('a socket to 127.0.0.1:…')
  })

  it('is told where a package has made it for the test', async () => {
    const client = (await throughPackage('a-client/index.js')).connect(port)
    left.push(client)
    await once(client, 'connect')
    expect(await told()).toBe('a socket to 127.0.0.1:… at test/testing/connections.test.ts:…')
  })

  it('is told of an agent that the test has made, with the place of that', async () => {
    const agent = new http.Agent({ keepAlive: true })
    left.push(agent)
    const [response] = await once(http.get(url, { agent }), 'response')
    await once(response.resume(), 'end')
    expect(await told()).toBe('an http.Agent with 1 open connection at test/testing/connections.test.ts:…')
  })
})

describe('no connection is told', () => {
  it('that is closed, is being closed, or is owned', async () => {
    const [closed, ended, owned] = [await connected(), await connected(), await connected()]
    closed.destroy()
    ended.end()
    await kernel.run(() => void own(owned))
    expect(await told()).toBe('nothing')
    expect(owned.destroyed).toBe(true)
  })

  it('that the other side has closed', async () => {
    await connected()
    for (const socket of accepted) socket.end()
    expect(await told()).toBe('nothing')
  })

  it('that is to end with the program', async () => {
    ;(await connected()).unref()
    expect(await told()).toBe('nothing')
  })

  it('of fetch and of agents that were there before: they are the program’s', async () => {
    expect(await (await fetch(url)).text()).toBe('hello')
    const [response] = await once(http.get(url), 'response')
    await once(response.resume(), 'end')
    expect(await told()).toBe('nothing')
  })

  it('of an agent that is destroyed', async () => {
    const agent = new http.Agent({ keepAlive: true })
    const [response] = await once(http.get(url, { agent }), 'response')
    await once(response.resume(), 'end')
    agent.destroy()
    expect(await told()).toBe('nothing')
  })

  it('of a pool of a package', async () => {
    const pooled = (await throughPackage('a-client/lib/pool.js')).connect(port)
    left.push(pooled)
    await once(pooled, 'connect')
    expect(await told()).toBe('nothing')
  })

  it('of what is shared, or of code that is not the test’s', async () => {
    const client = await throughPackage('a-client/index.js')
    const beside = kernel.runTest(() => once(shared(client).connect(port), 'connect'))
    await beside
    await connected()
    expect(await told()).toBe('nothing')
    for (const socket of accepted) socket.destroy()
  })
})
