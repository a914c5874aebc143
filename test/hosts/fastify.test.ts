import fastify, { type FastifyInstance } from 'fastify'
import { currentPid, type ExitReason, isDown, monitor, receive, ref, self } from 'heartwood'
import { type HeartwoodPluginOptions, heartwoodPlugin } from 'heartwood/fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { Cart, log, nextGate, shop } from './shop.js'

let app: FastifyInstance
afterEach(() => app.close())

async function service(
  routes: (app: FastifyInstance) => void = () => {},
  options: Partial<HeartwoodPluginOptions> = {},
): Promise<FastifyInstance> {
  app = fastify()
  await app.register(heartwoodPlugin, { config: shop(), exitOnEnd: false, drain: { quiet: 0 }, ...options })
  routes(app)
  return app
}

describe('a tree in a Fastify application', () => {
  it('is up when the plugin is registered, and calls come from routes, in a plugin of their own too', async () => {
    await service((app) => {
      app.register(async (inner) => {
        inner.post<{ Body: string }>('/lines', async ({ body }) => ({
          lines: await ref(Cart).call.add(body),
        }))
      })
    })
    expect(app.heartwood.applications.map(({ name }) => name)).toEqual(['shop', 'fastify'])
    const headers = { 'content-type': 'text/plain' }
    const answer = await app.inject({ method: 'POST', url: '/lines', body: 'tea', headers })
    expect(answer.json()).toEqual({ lines: 1 })
  })

  it('stops with app.close(): requests first, then the tree, then the hooks of others', async () => {
    const gate = nextGate()
    await service((app) => {
      app.addHook('onClose', async () => {
        log.push('onClose')
      })
      app.get('/slow', () => ref(Cart).call.slow())
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = fetch(`${url}/slow`).then((got) => got.text())
    await gate.entered
    const closed = app.close()
    gate.open()
    expect(await answer).toBe('at last')
    await closed
    expect(log).toEqual(['cart starts', 'cart stops', 'tree stopped', 'onClose'])
  })

  it('finishes requests, too, when the system is stopped', async () => {
    const gate = nextGate()
    await service((app) => {
      app.get('/slow', () => ref(Cart).call.slow())
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = fetch(`${url}/slow`).then((got) => got.text())
    await gate.entered
    const stopped = app.heartwood.stop()
    gate.open()
    expect(await answer).toBe('at last')
    expect(await stopped).toMatchObject({ cause: 'stopped' })
  })

  it('answers 500 for a request whose process crashes, by the error format of Fastify', async () => {
    await service((app) => {
      app.get('/later', () => {
        setImmediate(() => JSON.parse('{'))
        return new Promise(() => {})
      })
      app.get('/alive', async () => 'alive')
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = await fetch(`${url}/later`)
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ statusCode: 500, error: 'Internal Server Error' })
    expect(await (await fetch(`${url}/alive`)).text()).toBe('alive')
  })

  it('leaves throws of a handler to Fastify', async () => {
    await service((app) => {
      app.get('/throw', async () => {
        throw Object.assign(new Error('no such line'), { statusCode: 404 })
      })
    })
    expect((await app.inject('/throw')).statusCode).toBe(404)
  })

  it('has each request as the caller, and as a process of its own', async () => {
    let end: Promise<ExitReason> | undefined
    await service((app) => {
      app.get('/', async () => {
        const caller = self()
        end = app.heartwood.kernel.run(async () => {
          monitor(caller)
          return (await receive(isDown)).reason
        })
        return ref(Cart).call.add('tea')
      })
    })
    expect((await app.inject('/')).body).toBe('1')
    expect(await end).toBe('normal')
  })

  it('leaves requests without one when told to', async () => {
    await service(
      (app) => {
        app.get('/', async () => String(currentPid()))
      },
      { requests: false },
    )
    expect((await app.inject('/')).body).toBe('undefined')
  })

  it('does not start when the tree does not, and knows its options', async () => {
    app = fastify()
    const broken = { ...shop(), applications: [] as never[] }
    await expect(
      (async () => app.register(heartwoodPlugin, { config: { ...broken, bootTimeout: -1 } }))(),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    app = fastify()
    await expect(
      (async () =>
        app.register(heartwoodPlugin, { config: shop(), signal: undefined, sinals: true } as never))(),
    ).rejects.toMatchObject({ code: 'BAD_OPTION' })
    for (const [wrong, code] of [
      [{ requests: 'no' }, 'BAD_OPTION'],
      [{ drain: 5 }, 'DRAIN_OPTION'],
    ] as const) {
      app = fastify()
      const registered = async () => app.register(heartwoodPlugin, { config: shop(), ...wrong } as never)
      await expect(registered()).rejects.toMatchObject({ code })
    }
  })
})
