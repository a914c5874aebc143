import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { atom } from 'heartwood/erlang'
import { VirtualClock } from 'heartwood/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { Address, DistributionOptions } from '../../src/erlang/distribution/distribution-node.js'
import { Epmd } from '../../src/erlang/handshake/epmd.js'
import { OURS } from '../../src/erlang/handshake/flags.js'
import { framed } from '../../src/erlang/handshake/frame-splitter.js'
import { nameMessage, replyMessage } from '../../src/erlang/handshake/handshake-messages.js'
import { TestNode } from './node-world.js'

const nodes: TestNode[] = []
const servers: Server[] = []
const addresses = new Map<string, Address>()

afterEach(() => {
  for (const each of nodes.splice(0)) each.node.close()
  for (const server of servers.splice(0)) server.close()
})

async function node(name: string, options: Partial<DistributionOptions> = {}): Promise<TestNode> {
  const made = new TestNode({ name, epmd: false, resolve: (other) => addresses.get(other), ...options })
  nodes.push(made)
  await made.node.start()
  addresses.set(name, { host: '127.0.0.1', port: made.node.port })
  return made
}

/** Somebody who accepts connections and does as it likes. */
async function stranger(name: string, take: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    take(socket)
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  addresses.set(name, { host: '127.0.0.1', port: (server.address() as { port: number }).port })
}

const dialed = async (to: TestNode): Promise<Socket> => {
  const socket = connect(to.node.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

describe('two nodes of ours', () => {
  it('are connected without EPMD, by one connection', async () => {
    const [a, b] = [await node('a@127.0.0.1'), await node('b@127.0.0.1')]
    const [one, two] = await Promise.all([a.node.connect(b.node.name), a.node.connect(b.node.name)])
    expect(one).toBe(two)
    one.send({ type: 'sendToName', from: a.pid(), name: atom('x') }, 'hello')
    expect(await b.next('sendToName')).toMatchObject({ payload: 'hello' })
    expect(b.node.nodes()).toEqual(['a@127.0.0.1'])
    one.close()
    await b.until(() => b.downs[0])
    expect([a.node.nodes(), b.node.nodes()]).toEqual([[], []])
  })

  it('are connected once when both connect at the same time', async () => {
    for (let round = 0; round < 30; round++) {
      const [a, b] = [await node(`a${round}@127.0.0.1`), await node(`b${round}@127.0.0.1`)]
      const [one, two] = await Promise.all([a.node.connect(b.node.name), b.node.connect(a.node.name)])
      one.send({ type: 'sendToName', from: a.pid(), name: atom('x') }, round)
      two.send({ type: 'sendToName', from: b.pid(), name: atom('x') }, round)
      expect((await b.next('sendToName')).payload).toBe(round)
      expect((await a.next('sendToName')).payload).toBe(round)
      expect([a.downs, b.downs]).toEqual([[], []])
      a.node.close()
      b.node.close()
    }
  })

  it('are connected anew where one believes that they still are', async () => {
    const [a, b] = [await node('a@127.0.0.1'), await node('b@127.0.0.1')]
    await a.node.connect(b.node.name)
    const again = await node('a@127.0.0.1')
    const connection = await again.node.connect(b.node.name)
    expect(await b.until(() => b.downs[0])).toMatchObject({ code: 'CONNECTION_LOST' })
    expect(b.node.nodes()).toEqual(['a@127.0.0.1'])
    expect(connection.isUp).toBe(true)
  })

  it('are slowed down by one that does not read, whose silence is then no end', async () => {
    const [a, b] = [await node('a@127.0.0.1'), await node('b@127.0.0.1', { tickTime: 1_000 })]
    const connection = await a.node.connect(b.node.name)
    connection.send({ type: 'sendToName', from: a.pid(), name: atom('x') }, 'first')
    const { connection: reading } = await b.next('sendToName')
    reading.pause()
    const send = (): void =>
      connection.send({ type: 'sendToName', from: a.pid(), name: atom('x') }, 'x'.repeat(50_000))
    let sent = 0
    for (; !connection.busy; sent++) {
      send()
      await new Promise(setImmediate)
    }
    await b.clock.advance(10_000)
    expect(reading.isUp).toBe(true)
    reading.resume()
    await a.until(() => a.ready > 0)
    for (let i = 0; i < sent; i++) await b.next('sendToName')
  })

  it('give each other up where too much waits', async () => {
    const [a, b] = [await node('a@127.0.0.1', { limits: { waiting: 100_000 } }), await node('b@127.0.0.1')]
    const connection = await a.node.connect(b.node.name)
    connection.send({ type: 'sendToName', from: a.pid(), name: atom('x') }, 'x'.repeat(200_000))
    expect(a.downs[0]?.message).toContain('more than 100000 bytes wait for it')
  })

  it('end the connection where a message is larger than may be, or is none', async () => {
    const [a, b] = [await node('a@127.0.0.1'), await node('b@127.0.0.1', { limits: { message: 1_000 } })]
    const connection = await a.node.connect(b.node.name)
    connection.send({ type: 'sendToName', from: a.pid(), name: atom('x') }, 'x'.repeat(2_000))
    expect((await b.until(() => b.downs[0])).message).toContain('the limit is 1000')
  })

  it('connect only to whom they allow', async () => {
    const [a, b] = [
      await node('a@127.0.0.1'),
      await node('b@127.0.0.1', { allow: (name) => name !== 'a@127.0.0.1' }),
    ]
    await expect(a.node.connect(b.node.name)).rejects.toThrow('not_allowed')
  })
})

describe('a node that cannot be connected to', () => {
  it('is unknown, out of reach, or no node', async () => {
    const a = await node('a@127.0.0.1')
    await expect(a.node.connect('nobody@127.0.0.1')).rejects.toMatchObject({ code: 'NODE_NOT_FOUND' })
    await expect(a.node.connect('a@127.0.0.1')).rejects.toMatchObject({ code: 'NODE_NOT_FOUND' })
    await expect(a.node.connect('no name')).rejects.toMatchObject({ code: 'NODE_NOT_FOUND' })
    await stranger('gone@127.0.0.1', () => {})
    for (const server of servers.splice(0)) server.close()
    await expect(a.node.connect('gone@127.0.0.1')).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
    expect(a.node.nodes()).toEqual([])
  })

  it('is given up when it says nothing, or what it says is nothing', async () => {
    const a = await node('a@127.0.0.1')
    let taken!: () => void
    const isThere = new Promise<void>((resolve) => {
      taken = resolve
    })
    await stranger('silent@127.0.0.1', () => taken())
    const silent = a.node.connect('silent@127.0.0.1')
    await isThere
    void a.clock.advance(7_000)
    await expect(silent).rejects.toThrow('within 7000 ms')
    for (const [name, bytes] of [
      ['long', Buffer.of(255, 255)],
      ['noise', Buffer.of(0, 3, 1, 2, 3)],
      ['refusing', framed(Buffer.from('snot_allowed'), 2)],
    ] as const) {
      await stranger(`${name}@127.0.0.1`, (socket) => socket.write(bytes))
      await expect(a.node.connect(`${name}@127.0.0.1`)).rejects.toHaveProperty('code')
    }
    await stranger('ending@127.0.0.1', (socket) => socket.end())
    await expect(a.node.connect('ending@127.0.0.1')).rejects.toMatchObject({ code: 'HANDSHAKE_FAILED' })
  })

  it('gives way, and then does not come', async () => {
    const a = await node('a@127.0.0.1')
    let told!: () => void
    const isTold = new Promise<void>((resolve) => {
      told = resolve
    })
    await stranger('b@127.0.0.1', (socket) => {
      socket.on('end', told).on('data', () => {})
      socket.write(framed(Buffer.from('snok'), 2))
    })
    const connection = a.node.connect('b@127.0.0.1')
    await isTold
    void a.clock.advance(7_000)
    await expect(connection).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
  })
})

describe('those who connect and do not mean it', () => {
  const name = (node: string): Buffer => framed(nameMessage({ node, flags: OURS, creation: 5 }), 2)

  it('cost a bounded time', async () => {
    const a = await node('a@127.0.0.1')
    const sockets = [await dialed(a), await dialed(a)]
    sockets[0]?.write(name('b@127.0.0.1'))
    await once(sockets[0] as Socket, 'data')
    const ends = sockets.map((socket) => once(socket.resume(), 'close'))
    void a.clock.advance(7_000)
    await Promise.all(ends)
    await a.until(() => a.problems.length === 2)
    expect(a.problems[0]).toMatchObject({ code: 'HANDSHAKE_FAILED' })
  })

  it('are a bounded number: for one more, who has said nothing for longest goes, and whoever means it is let in', async () => {
    const [a, b] = [await node('a@127.0.0.1', { pending: 3 }), await node('b@127.0.0.1')]
    const sockets = [await dialed(a), await dialed(a), await dialed(a)]
    sockets[0]?.write(name('c@127.0.0.1'))
    await once(sockets[0] as Socket, 'data')
    const gone = once((sockets[1] as Socket).resume(), 'close')
    await b.node.connect(a.node.name)
    await gone
    expect(sockets.map((socket) => socket.destroyed)).toEqual([false, true, false])
    expect(String(a.problems[0])).toContain('more than 3 connect at a time')
    expect(a.node.nodes()).toEqual([b.node.name])
  })

  it('do not end our own attempt by the name of the node that it is for', async () => {
    const a = await node('a@127.0.0.1')
    let answer!: (socket: Socket) => void
    const asked = new Promise<Socket>((resolve) => {
      answer = resolve
    })
    const b = await node('b@127.0.0.1')
    const { port } = addresses.get('b@127.0.0.1') as Address
    // On the way to it something takes its time.
    await stranger('b@127.0.0.1', answer)
    const connection = a.node.connect('b@127.0.0.1')
    const held = await asked
    const liar = await dialed(a)
    liar.write(name('b@127.0.0.1'))
    await once(liar, 'data')
    liar.write(framed(replyMessage(1, Buffer.alloc(16)), 2))
    await once(liar.resume(), 'close')
    const onward = connect(port, '127.0.0.1')
    held.pipe(onward).pipe(held)
    expect((await connection).peer.node).toBe('b@127.0.0.1')
    expect(b.node.nodes()).toEqual(['a@127.0.0.1'])
  })
})

describe('the options of a node', () => {
  it('are checked', () => {
    const make = (options: Partial<DistributionOptions>) => () => new TestNode({ name: 'a@b', ...options })
    for (const options of [{ name: 'a' }, { name: 'a@b', cookie: '' }, { name: 'a@b', epmd: false } as const])
      expect(make(options)).toThrow(expect.objectContaining({ code: 'NODE_OPTION_INVALID' }))
  })
})

describe('EPMD', () => {
  const epmd = async (
    answer: Buffer | undefined,
  ): Promise<{ epmd: Epmd; clock: VirtualClock; asked: Promise<unknown> }> => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', () => {
        server.emit('asked')
        if (answer === undefined) return
        socket.write(answer)
      })
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const clock = new VirtualClock()
    const { port } = server.address() as { port: number }
    return { epmd: new Epmd({ clock, port }), clock, asked: once(server, 'asked') }
  }
  const registration = { name: 'a', port: 1, hidden: true }

  it('is not there, silent, or somebody else', async () => {
    const gone = await epmd(undefined)
    for (const server of servers.splice(0)) server.close()
    await expect(gone.epmd.lookUp('a')).rejects.toMatchObject({ code: 'EPMD_UNREACHABLE' })
    const silent = await epmd(undefined)
    const answer = silent.epmd.lookUp('a')
    await silent.asked
    void silent.clock.advance(5_000)
    await expect(answer).rejects.toThrow('no answer within 5000 ms')
    const wrong = await epmd(Buffer.from('HTTP/1.1 400 Bad Request'))
    await expect(wrong.epmd.lookUp('a')).rejects.toMatchObject({ code: 'EPMD_UNREACHABLE' })
    await expect(wrong.epmd.register(registration)).rejects.toMatchObject({ code: 'EPMD_UNREACHABLE' })
  })

  it('knows a node, does not, or refuses its name', async () => {
    await expect((await epmd(Buffer.of(119, 0, 1, 2, 77))).epmd.lookUp('a')).resolves.toBe(258)
    await expect((await epmd(Buffer.of(119, 1))).epmd.lookUp('a')).rejects.toMatchObject({
      code: 'NODE_NOT_FOUND',
    })
    const taken = await epmd(Buffer.of(118, 1, 0, 0, 0, 0))
    await expect(taken.epmd.register(registration)).rejects.toMatchObject({ code: 'EPMD_REFUSED' })
  })
})
