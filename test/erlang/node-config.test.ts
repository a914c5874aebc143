import {
  application,
  boot as bootSystem,
  type ConfigOptions,
  connect,
  createLogger,
  defineConfig,
  defineServer,
  Kernel,
  nodes,
  ref,
  startLink,
  supervisorSpec,
} from 'heartwood'
import { type ErlangOptions, erlang } from 'heartwood/erlang'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../kernel/world.js'

class Greeter {
  greet(name: string): string {
    return `hello ${name}`
  }
}
defineServer(Greeter, { name: 'greeter', calls: ['greet'] })

const WITHOUT_EPMD = {
  cookie: 'a cookie of thirty characters.',
  epmd: false,
  resolve: () => undefined,
} as const

const problems = (options: unknown): string => {
  try {
    erlang(options as ErlangOptions)
    return 'fine'
  } catch (error) {
    return (error as Error).message
  }
}

const boot = (node: ConfigOptions['node'], kernel?: Kernel) =>
  bootSystem(
    defineConfig({
      contain: false,
      blockingLimit: Number.POSITIVE_INFINITY,
      node,
      applications: [
        application({
          name: 'greeting',
          root: supervisorSpec('greeting', {
            children: [{ id: 'greeter', start: () => startLink(Greeter, undefined) }],
          }),
        }),
      ],
    }),
    { kernel, logger: createLogger({ level: 'silent' }), keepAlive: false, exitOnEnd: false },
  )

describe('a program that is a node', () => {
  it('is called by another, found where it says it is', async () => {
    let port = 0
    const free = await import('./beam-node.js').then(({ freePort }) => freePort())
    const system = await boot({ name: 'shop@127.0.0.1', carrier: erlang({ ...WITHOUT_EPMD, port: free }) })
    port = free
    expect(system.kernel.node).toBe('shop@127.0.0.1')
    const other = new Kernel({ node: 'other@127.0.0.1' })
    const node = await erlang({ ...WITHOUT_EPMD, resolve: () => ({ host: '127.0.0.1', port }) }).start(
      other,
      {
        development: true,
      },
    )
    expect(await other.run(() => ref(Greeter, { node: 'shop@127.0.0.1' }).call.greet('Ann'))).toBe(
      'hello Ann',
    )
    await system.stop()
    node.close()
  })

  it('is told what is wrong inside its options, too', () => {
    for (const [wrong, field] of [
      [{ limits: { mesage: 1 } }, 'did you mean "message"'],
      [{ limits: { message: 'big' } }, 'limits.message'],
      [{ limits: { message: -1 } }, 'limits.message'],
      [{ limits: { waiting: Number.NaN } }, 'limits.waiting'],
      [{ limits: { incomplete: 1 } }, 'limits.incomplete'],
      [{ epmd: { prot: 1 } }, 'did you mean "port"'],
      [{ epmd: { port: -1 } }, 'epmd.port'],
      [{ forms: { binaries: 'byte' } }, 'forms.binaries'],
      [{ forms: { map: 'map' } }, 'did you mean "maps"'],
      [{ tls: { certt: 'x' } }, 'did you mean "cert"'],
      [{ expose: { Shop: { total: 5 } } }, 'expose must be functions'],
      [{ expose: { Shop: () => 1 } }, 'expose must be functions'],
      [{ allow: async () => false }, 'no promise'],
    ] as const)
      expect(problems({ ...WITHOUT_EPMD, ...wrong })).toContain(field)
    const fine = {
      limits: { message: 2 ** 20, incomplete: 2 ** 30 },
      forms: { maps: 'map' },
      expose: { Shop: {} },
    }
    expect(problems({ ...WITHOUT_EPMD, ...fine })).toBe('fine')
  })

  it('has a name that a BEAM takes, and the time of the machine', async () => {
    const refused = (kernel: Kernel): Promise<string> =>
      erlang(WITHOUT_EPMD)
        .start(kernel, { development: true })
        .then((node) => {
          node.close()
          return 'fine'
        }, String)
    for (const name of ['a.b', 'ü', "a'b", 'a\0b', 'a+b'])
      expect(await refused(new Kernel({ node: `${name}@127.0.0.1` }))).toContain('no BEAM takes the name')
    expect(await refused(new Kernel({ node: 'a-b_c1@127.0.0.1' }))).toBe('fine')
    expect(await refused(new Kernel())).toContain('name@host')
    expect(await refused(new TestKernel({ node: 'a@127.0.0.1' }))).toContain('virtual')
  })

  it('has nothing of it where none is asked for', async () => {
    const system = await boot(undefined, new TestKernel())
    await system.kernel.run(async () => {
      expect(nodes()).toEqual([])
      expect(await codeOf(() => connect('b@127.0.0.1'))).toBe('NO_TRANSPORT')
    })
    await system.stop()
  })

  it('must run in a kernel of that name', async () => {
    const node = { name: 'shop@127.0.0.1', carrier: erlang(WITHOUT_EPMD) }
    expect(await codeOf(() => boot(node, new TestKernel()))).toBe('NODE_KERNEL')
  })

  it('starts nothing when it does not become one', async () => {
    const carrier = erlang({ ...WITHOUT_EPMD, cookie: 'short' })
    const kernel = new Kernel({ node: 'shop@127.0.0.1' })
    expect(await codeOf(() => carrier.start(kernel, { development: false }))).toBe('NODE_OPTION_INVALID')
    const refused = {
      start: async (): Promise<never> => {
        throw new Error('no')
      },
    }
    expect(await codeOf(() => boot({ name: 'shop@127.0.0.1', carrier: refused }, kernel))).toBe('NODE_FAILED')
    expect(kernel.processCount).toBe(0)
  })

  it('is told all that is wrong with its configuration', async () => {
    const name = 'no name of a node'
    expect(await codeOf(() => boot({ name, carrier: erlang(WITHOUT_EPMD) }))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => boot({ name: 'a@b' } as never))).toBe('CONFIG_INVALID')
    expect(problems({ cookie: '', tickTme: 1 })).toMatch(
      /cookie must be .* tickTme is not known \(did you mean "tickTime"\?\)/,
    )
    expect(problems({ cookie: 12345 })).not.toContain('12345')
    expect(problems(undefined)).toContain('an object of options')
    expect(problems({ cookie: 'x', epmd: false })).toContain('needs a resolve')
  })

  it('listens beyond its machine only with TLS, or where plain text is wanted', () => {
    expect(problems({ cookie: 'x', host: '0.0.0.0' })).toContain('insecure: true')
    expect(problems({ cookie: 'x', host: '0.0.0.0', insecure: true })).toBe('fine')
    expect(problems({ cookie: 'x', host: '0.0.0.0', tls: {} })).toBe('fine')
    expect(problems({ cookie: 'x', host: '127.0.0.1' })).toBe('fine')
  })
})
