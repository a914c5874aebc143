import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { application, Call, type Config, defineConfig, GenServer, ref, Supervisor } from 'heartwood'
import { heartwoodPlugin } from 'heartwood/fastify'
import { bootBeside, requestProcesses } from 'heartwood/http'
import { expect, it } from 'vitest'

/** A tree whose worker has the same name in each. */
function treeOf(name: string): Config {
  @GenServer({ name: 'cart' })
  class Cart {
    @Call() who(): string {
      return name
    }
  }
  @Supervisor({ children: [Cart] })
  class Root {}
  return defineConfig({ applications: [application({ name, root: Root })], log: { level: 'silent' } })
}

@GenServer({ name: 'cart' })
class Cart {
  @Call() who(): string {
    return ''
  }
}

const who = async (): Promise<string> =>
  ref(Cart)
    .call.who()
    .catch((error) => error.code)

it('two Fastify applications in one program: a request runs in the system of its own', async () => {
  const make = async (name: string) => {
    const app = fastify()
    await app.register(heartwoodPlugin, { config: treeOf(name), exitOnEnd: false, drain: { quiet: 0 } })
    app.get('/', who)
    return app
  }
  const [a, b] = [await make('A'), await make('B')]
  expect([(await a.inject('/')).body, (await b.inject('/')).body]).toEqual(['A', 'B'])
  await b.close()
  expect((await a.inject('/')).body).toBe('A')
  await a.close()
})

it('two servers in one program: a request runs in the system beside its server', async () => {
  const make = async (name: string) => {
    const server = createServer(requestProcesses(async (_, response) => response.end(await who())))
    const system = await bootBeside(server, treeOf(name), { exitOnEnd: false, drain: { quiet: 0 } })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return { system, ask: async () => (await fetch(url, { headers: { connection: 'close' } })).text() }
  }
  const [a, b] = [await make('A'), await make('B')]
  expect([await a.ask(), await b.ask()]).toEqual(['A', 'B'])
  await b.system.stop()
  expect(await a.ask()).toBe('A')
  await a.system.stop()
})
