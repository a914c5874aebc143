import { atom } from 'heartwood/erlang'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Address, DistributionOptions } from '../../src/erlang/distribution/distribution-node.js'
import type { NodeTls } from '../../src/erlang/handshake/transport.js'
import { BeamNode, freePort, OwnEpmd } from './beam-node.js'
import { Authority, hasOpenssl } from './certificates.js'
import { hasErlang } from './erlang.js'
import { TestNode } from './node-world.js'

describe.skipIf(!hasOpenssl)('connections over TLS', () => {
  let authority: Authority
  let good: NodeTls
  let elsewhere: NodeTls
  const nodes: TestNode[] = []
  const addresses = new Map<string, Address>()

  const node = async (
    name: string,
    tls: NodeTls | undefined,
    options: Partial<DistributionOptions> = {},
  ): Promise<TestNode> => {
    const resolve = (other: string): Address | undefined => addresses.get(other)
    const made = new TestNode({
      name,
      epmd: false,
      resolve,
      ...(tls === undefined ? {} : { tls }),
      ...options,
    })
    nodes.push(made)
    await made.node.start()
    addresses.set(name, { host: '127.0.0.1', port: made.node.port })
    return made
  }

  beforeAll(() => {
    authority = new Authority()
    good = authority.certify('localhost')
    elsewhere = authority.certify('elsewhere.example')
  })
  afterEach(() => {
    for (const each of nodes.splice(0)) each.node.close()
  })
  afterAll(() => authority?.remove())

  it('carry messages', async () => {
    const [a, b] = [await node('a@localhost', good), await node('b@localhost', good)]
    const connection = await a.node.connect(b.node.name)
    connection.send({ type: 'sendToName', from: a.pid(), name: atom('x') }, 'x'.repeat(300_000))
    expect((await b.next('sendToName')).payload).toHaveLength(300_000)
  })

  it('say why they are refused to whoever shows a certificate that nobody here vouches for', async () => {
    const stranger = new Authority()
    try {
      const honest = await node('b@localhost', good)
      const liar = await node('a@localhost', { ...stranger.certify('localhost'), ca: good.ca })
      await expect(liar.node.connect(honest.node.name)).rejects.toThrow()
      const problem = await honest.until(() => honest.problems[0])
      expect(String(problem)).toContain('refused by TLS')
    } finally {
      stranger.remove()
    }
  })

  it('are refused to whoever has a certificate for another host than its name says, on both sides', async () => {
    const honest = await node('b@localhost', good)
    const liar = await node('a@localhost', elsewhere)
    await expect(liar.node.connect(honest.node.name)).rejects.toThrow('not_allowed')
    await expect(honest.node.connect(liar.node.name)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
    expect([honest.node.nodes(), liar.node.nodes()]).toEqual([[], []])
  })

  it('are refused to whom nobody vouches for, and to those without TLS', async () => {
    const others = new Authority()
    try {
      const [a, b] = [await node('a@localhost', others.certify('localhost')), await node('b@localhost', good)]
      await expect(a.node.connect(b.node.name)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
      const plain = await node('c@localhost', undefined)
      await expect(plain.node.connect(b.node.name)).rejects.toMatchObject({ code: 'HANDSHAKE_FAILED' })
      expect(b.node.nodes()).toEqual([])
    } finally {
      others.remove()
    }
  })

  it.skipIf(!hasErlang)('are made with Erlang, by either side', async () => {
    const epmd = new OwnEpmd(await freePort())
    await epmd.start()
    const flags = ['-proto_dist', 'inet_tls', '-ssl_dist_optfile', authority.erlangOptions('localhost')]
    const beam = await BeamNode.start('beam@localhost', epmd, flags)
    try {
      const withEpmd = { epmd: { port: epmd.port, host: '127.0.0.1' } }
      const ours = await node('ours@localhost', good, withEpmd)
      const connection = await ours.node.connect(beam.name)
      expect(await ours.echo(connection, ['hello', atom('world')])).toEqual(['hello', atom('world')])
      const second = await node('second@localhost', good, withEpmd)
      expect(await ours.run(connection, `net_kernel:connect_node('${second.node.name}')`)).toBe(true)
      expect(second.node.nodes()).toEqual([beam.name])
      const liar = await node('liar@localhost', elsewhere, withEpmd)
      expect(await ours.run(connection, `net_kernel:connect_node('${liar.node.name}')`)).toBe(false)
    } finally {
      await beam.stop()
      await epmd.stop()
    }
  })
})
