/** What an observer tells of nodes, and tells them. */
import {
  application,
  boot,
  call,
  createLogger,
  defineConfig,
  Kernel,
  startLink,
  supervisorSpec,
} from 'heartwood'
import { erlang } from 'heartwood/erlang'
import { createObserver } from 'heartwood/observer'
import { afterEach, describe, expect, it } from 'vitest'
import { nodeTree } from '../../src/command-line/commands/live-tree.js'
import { askingNode } from '../../src/node-asking.js'
import { freePort } from '../erlang/beam-node.js'

const COOKIE = 'only for development'
const SHOP = 'shop@127.0.0.1'
const SECRET = 'what the till holds'

const till = {
  id: 'till',
  start: () =>
    startLink(
      { init: () => ({ state: SECRET }), handleCall: (x) => ({ reply: x, state: SECRET }) },
      undefined,
      {
        name: 'till',
      },
    ),
}

describe('a program that is a node', () => {
  const ending: (() => unknown)[] = []
  const before = process.env.HEARTWOOD_COOKIE
  afterEach(async () => {
    if (before === undefined) delete process.env.HEARTWOOD_COOKIE
    else process.env.HEARTWOOD_COOKIE = before
    for (const end of ending.splice(0).reverse()) await end()
  })

  const shop = async (observer: object | undefined) => {
    const port = await freePort()
    const system = await boot(
      defineConfig({
        node: {
          name: SHOP,
          carrier: erlang({ cookie: COOKIE, epmd: false, port, resolve: () => undefined }),
        },
        applications: [application({ name: 'shop', root: supervisorSpec('shop', { children: [till] }) })],
        ...(observer === undefined ? {} : { observer }),
        contain: false,
        blockingLimit: Infinity,
        log: { level: 'silent' },
      }),
      { logger: createLogger({ level: 'silent' }), keepAlive: false, exitOnEnd: false },
    )
    ending.push(() => system.stop())
    process.env.HEARTWOOD_COOKIE = COOKIE
    return { system, at: `127.0.0.1:${port}`, port }
  }

  it('tells its tree over the connection between nodes: heartwood tree --node', async () => {
    const { at } = await shop({ port: 0 })
    const drawn = await askingNode(SHOP, { at }, (ask) => nodeTree(ask, false))
    expect(drawn).toMatch(/^observer\n[\s\S]*\nshop\n[\s\S]*till {2}<0\.\d+> {2}up/)
    expect(JSON.parse(await askingNode(SHOP, { at }, (ask) => nodeTree(ask, true)))).toMatchObject({
      applications: [{ name: 'observer' }, { name: 'shop' }],
    })
  })

  it('tells nodes what the observer shows, and nothing of what processes hold', async () => {
    const { at } = await shop({ port: 0 })
    await askingNode(SHOP, { at }, async (ask) => {
      for (const path of ['overview', 'processes?sort=queue', 'timeline?limit=5', 'names', 'nodes'])
        expect(JSON.stringify(await ask(path))).not.toContain(SECRET)
      for (const path of [
        'processes/till',
        'timers',
        'actions/kill',
        '../api/processes/till',
        'toString',
        '',
      ])
        await expect(ask(path)).rejects.toMatchObject({ code: 'OBSERVER_ANSWER' })
      await expect(ask('tree?depth=none')).rejects.toThrow('a whole number')
      return ''
    })
  })

  it('cannot be asked without its observer, without the cookie, or where it is not', async () => {
    const { at } = await shop(undefined)
    const asked = (how: object) => askingNode(SHOP, how, (ask) => ask('tree'))
    await expect(asked({ at })).rejects.toThrow('no process observer')
    process.env.HEARTWOOD_COOKIE = 'another cookie'
    await expect(asked({ at })).rejects.toMatchObject({ code: 'OBSERVER_UNREACHABLE' })
    process.env.HEARTWOOD_COOKIE = ''
    await expect(asked({ at })).rejects.toMatchObject({ code: 'USAGE' })
    process.env.HEARTWOOD_COOKIE = COOKIE
    await expect(asked({ at: 'nowhere' })).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('is shown with its nodes: who is joined, and what has crossed', async () => {
    const { system, port } = await shop(undefined)
    const other = new Kernel({ node: 'till@127.0.0.1' })
    const node = await erlang({
      cookie: COOKIE,
      epmd: false,
      resolve: () => ({ host: '127.0.0.1', port }),
    }).start(other, { development: true })
    ending.push(() => node.close())
    await other.run(() => call({ name: 'till', node: SHOP }, 'x'.repeat(1_000)))
    using observer = createObserver({ kernel: system.kernel, reading: 'open' })
    const told = (await observer.tell('nodes')) as { node: string; nodes: Record<string, unknown>[] }
    expect(told).toMatchObject({
      node: SHOP,
      nodes: [
        { node: 'till@127.0.0.1', state: 'up', busy: false, links: 0, calls: 0, traffic: { waiting: 0 } },
      ],
    })
    const { bytesIn, messagesIn, messagesOut } = told.nodes[0]?.traffic as Record<string, number>
    expect(bytesIn).toBeGreaterThan(1_000)
    expect([messagesIn, messagesOut]).toEqual([2, 1])
  })
})
