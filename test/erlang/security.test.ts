/** What a node does for nobody, whatever is configured: the promises of the guide "Erlang nodes", one by one. */
import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { connect, Kernel, type Report } from 'heartwood'
import { type ErlangOptions, erlang } from 'heartwood/erlang'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from './beam-node.js'

const TWENTY = '12345678901234567890'

describe('a node', () => {
  let ended: (() => void) | undefined
  afterEach(() => {
    ended?.()
    ended = undefined
  })

  const started = async (options: Partial<ErlangOptions>, development = true): Promise<Kernel> => {
    const kernel = new Kernel({ node: 'shop@127.0.0.1', report: () => {} })
    const node = await erlang({ cookie: TWENTY, epmd: false, resolve: () => undefined, ...options }).start(
      kernel,
      {
        development,
      },
    )
    ended = () => node.close()
    return kernel
  }

  it.skipIf(process.platform !== 'linux')(
    'listens on loopback alone unless it is told otherwise',
    async () => {
      const port = await freePort()
      await started({ port })
      const isTaken = async (host: string): Promise<boolean> => {
        const socket = dial(port, host)
        const isThere = await once(socket, 'connect').then(
          () => true,
          () => false,
        )
        socket.destroy()
        return isThere
      }
      // All of 127.0.0.0/8 is this machine: what listens everywhere would answer there, too.
      expect([await isTaken('127.0.0.1'), await isTaken('127.0.0.2')]).toEqual([true, false])
    },
  )

  it('lets in those alone that `allow` returns true for, and says what else it returned', async () => {
    for (const [answer, isIn] of [
      [true, true],
      [false, false],
      ['no', false],
      [1, false],
      [() => Promise.resolve(true), false],
      [() => Promise.reject(new Error('of the database')), false],
    ] as const) {
      const reports: Report[] = []
      const port = await freePort()
      const kernel = new Kernel({ node: 'shop@127.0.0.1', report: (it) => reports.push(it) })
      const open = { cookie: TWENTY, epmd: false } as const
      const shop = await erlang({
        ...open,
        port,
        resolve: () => undefined,
        allow: () => (typeof answer === 'function' ? answer() : answer) as boolean,
      }).start(kernel, { development: true })
      const other = new Kernel({ node: 'other@127.0.0.1', report: () => {} })
      const way = await erlang({ ...open, resolve: () => ({ host: '127.0.0.1', port }) }).start(other, {
        development: true,
      })
      expect(
        await other
          .run(() => connect('shop@127.0.0.1'))
          .then(
            () => true,
            () => false,
          ),
      ).toBe(isIn)
      const isTold = reports.some(({ message }) => message.includes('allow returned'))
      expect(isTold).toBe(typeof answer !== 'boolean')
      way.close()
      shop.close()
    }
  })

  it('refuses a cookie of fewer than 20 characters outside development, and shows none', async () => {
    const short = TWENTY.slice(1)
    const refused: unknown = await started({ cookie: short }, false).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'NODE_OPTION_INVALID' })
    expect(String(refused)).toContain('19 characters')
    expect(String(refused)).not.toContain(short)
    await started({ cookie: TWENTY }, false)
  })

  it('says nothing beyond its machine in plain text, not even to EPMD', async () => {
    for (const options of [
      { resolve: () => ({ host: '203.0.113.7', port: 1 }) },
      { resolve: () => undefined },
    ]) {
      const kernel = await started(options)
      const refused = kernel.run(() => connect('bank@203.0.113.7'))
      await expect(refused).rejects.toThrow(
        /203\.0\.113\.7 is not this machine, and without tls nothing is sent there/,
      )
      ended?.()
    }
  })
})
