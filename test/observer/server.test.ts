import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HeartwoodError, receive, spawn, start } from 'heartwood'
import { createObserver, type ObserverServerOptions, startObserver } from 'heartwood/observer'
import { describe, expect, it } from 'vitest'
import { Kernel } from '../../src/kernel/index.js'
import { Assets } from '../../src/observer/server/assets.js'
import { type Answer, observed, TOKEN } from './world.js'

const problemOf = (answer: Answer): unknown => {
  const { error } = JSON.parse(answer.text) as { error: { code: string; message: string } }
  return [answer.status, error.code]
}

describe('bad questions', () => {
  it.each([
    ['api/nothing', 404, 'OBSERVER_NOT_FOUND'],
    ['api/constructor', 404, 'OBSERVER_NOT_FOUND'],
    ['api/__proto__', 404, 'OBSERVER_NOT_FOUND'],
    ['api/tree/deeper', 404, 'OBSERVER_NOT_FOUND'],
    ['api/', 404, 'OBSERVER_NOT_FOUND'],
    ['api/processes/99999', 404, 'OBSERVER_NO_PROCESS'],
    ['api/processes/%zz', 404, 'OBSERVER_NO_PROCESS'],
    ['api/registries/none', 404, 'OBSERVER_NOT_FOUND'],
    ['api/tree?root=nobody', 404, 'OBSERVER_NO_PROCESS'],
    ['api/tree?depth=0', 400, 'OBSERVER_PARAMETER'],
    ['api/tree?depth=x', 400, 'OBSERVER_PARAMETER'],
    ['api/tree?limit=1e9', 400, 'OBSERVER_PARAMETER'],
    ['api/tree?colour=red', 400, 'OBSERVER_PARAMETER'],
    ['api/overview?x=1', 400, 'OBSERVER_PARAMETER'],
    ['api/processes?sort=beauty', 400, 'OBSERVER_PARAMETER'],
    [`api/processes?q=${'x'.repeat(300)}`, 400, 'OBSERVER_PARAMETER'],
    ['api/processes?offset=-1', 400, 'OBSERVER_PARAMETER'],
    ['api/events?trace=nobody', 404, 'OBSERVER_NO_PROCESS'],
    ['api/actions/explode', 404, 'OBSERVER_NOT_FOUND'],
    ['api/actions/kill', 405, 'OBSERVER_METHOD'],
    ['../../package.json', 404, 'OBSERVER_NOT_FOUND'],
    ['no-such-page', 404, 'OBSERVER_NOT_FOUND'],
  ])('%s is answered %i %s', async (path, status, code) => {
    await using world = await observed()
    expect(problemOf(await world.ask(path))).toEqual([status, code])
  })

  it.each(['//', '//elsewhere.example/', '//api/overview'])('the path %s is nothing', async (path) => {
    await using world = await observed()
    const { port } = new URL(world.running.url)
    const answer = await new Promise<IncomingMessage>((resolve) => {
      get({ host: '127.0.0.1', port, path, agent: false }, resolve)
    })
    expect(answer.resume().statusCode).toBe(404)
    expect(world.reports).toEqual([])
  })

  it('with a body that is too long are the last on their connection', async () => {
    await using world = await observed()
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${TOKEN}`,
      connection: 'keep-alive',
    }
    const kill = (pid: string) => world.ask('api/actions/kill', { method: 'POST', headers, body: { pid } })
    const [short, long] = [await kill('nobody'), await kill('x'.repeat(2_000_000))]
    expect([short.status, short.headers.connection]).toEqual([404, 'keep-alive'])
    expect([long.status, long.headers.connection]).toEqual([400, 'close'])
  })

  it('say what came, and what was expected', async () => {
    await using world = await observed()
    const { text } = await world.ask('api/processes?limit=0')
    expect(JSON.parse(text).error.message).toBe(
      'the parameter limit must be a whole number from 1 to 1000, but is 0.',
    )
    const { headers } = await world.ask('api/tree', { method: 'DELETE' })
    expect(headers.allow).toBe('GET')
  })
})

describe('every answer', () => {
  it('lets a page load nothing from elsewhere and nothing inline, and is kept by nobody', async () => {
    await using world = await observed()
    const { headers } = await world.ask('api/overview')
    expect(headers['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    )
    expect(headers['content-security-policy']).not.toMatch(/unsafe|http|\*/)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-type': 'application/json; charset=utf-8',
    })
  })

  it('has hostile names as text', async () => {
    await using world = await observed()
    const name = '<script>alert(1)</script>'
    await world.kernel.run(() => {
      spawn(() => receive(), { name })
    })
    const { text, headers } = await world.ask(`api/processes/${encodeURIComponent(name)}`)
    expect(headers['content-type']).toContain('application/json')
    expect(JSON.parse(text).name).toBe(name)
  })
})

describe('what is not the fault of who asks', () => {
  it('is told as that, and reported', async () => {
    await using world = await observed()
    world.clock.wallTime = () => {
      throw new Error('no clock')
    }
    const answer = await world.ask('api/overview')
    expect(problemOf(answer)).toEqual([500, 'OBSERVER_FAILED'])
    expect(world.reports).toMatchObject([
      { level: 'error', kind: 'observer', message: 'the observer failed: Error: no clock' },
      { level: 'error', kind: 'observer', message: 'observer: a report was not taken: Error: no clock' },
    ])
  })

  it('a page that was not built is told', () => {
    const folder = join(tmpdir(), 'no-such-page')
    const assets = new Assets(folder)
    const serve = (path: string): boolean => assets.serve(path, {} as never, {} as never)
    expect(serve('assets/x.js')).toBe(false)
    expect(() => serve('')).toThrow(expect.objectContaining({ code: 'OBSERVER_PAGE_MISSING' }))
  })
})

describe('where anybody may look', () => {
  it('only those may who call it by an address of this machine', async () => {
    await using world = await observed({ hosts: ['watch.example'] })
    const status = async (host: string): Promise<unknown> =>
      problemStatus(await world.ask('api/overview', { headers: { host } }))
    expect(await status('localhost:4010')).toBe(200)
    expect(await status('[::1]:4010')).toBe(200)
    expect(await status('Watch.Example')).toBe(200)
    expect(await status('evil.example')).toBe('OBSERVER_HOST')
    expect(await status('127.0.0.1.evil.example')).toBe('OBSERVER_HOST')
    expect(await status('a b')).toBe('OBSERVER_HOST')
  })

  it('a page of another site may not', async () => {
    await using world = await observed()
    const { host } = new URL(world.running.url)
    const status = async (headers: Record<string, string>): Promise<unknown> =>
      problemStatus(await world.ask('api/overview', { headers }))
    expect(await status({ origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await status({ 'sec-fetch-site': 'none' })).toBe(200)
    expect(await status({ origin: 'http://evil.example' })).toBe('OBSERVER_FOREIGN')
    expect(await status({ origin: 'null' })).toBe('OBSERVER_FOREIGN')
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe('OBSERVER_FOREIGN')
    expect(await status({ 'sec-fetch-site': 'same-site' })).toBe('OBSERVER_FOREIGN')
  })
})

const problemStatus = (answer: Answer): unknown =>
  answer.status === 200 ? 200 : JSON.parse(answer.text).error.code

describe('where the token is needed for looking', () => {
  it('there is no answer without it', async () => {
    await using world = await observed({ reading: 'token' })
    expect(problemOf(await world.ask('api/overview'))).toEqual([401, 'OBSERVER_NO_TOKEN'])
    expect((await world.ask('api/overview')).headers['www-authenticate']).toContain('Bearer')
    for (const authorization of [
      `Bearer ${TOKEN}x`,
      `Basic ${TOKEN}`,
      'Bearer',
      `Bearer ${TOKEN.slice(1)}`,
    ]) {
      expect((await world.ask('api/tree', { headers: { authorization } })).status).toBe(401)
    }
    const headers = { authorization: `Bearer ${TOKEN}`, host: 'any.example' }
    expect((await world.ask('api/overview', { headers })).status).toBe(200)
  })
})

describe('a token', () => {
  it('may have spaces and any letters', async () => {
    const token = 'ein längeres Geheimnis'
    await using world = await observed({ reading: 'token', token })
    const authorization = `Bearer ${Buffer.from(token).toString('latin1')}`
    expect((await world.ask('api/overview', { headers: { authorization } })).status).toBe(200)
  })
})

describe('the options', () => {
  it.each<[ObserverServerOptions, string]>([
    [{ port: 70_000 }, 'OBSERVER_OPTION'],
    [{ port: 1.5 }, 'OBSERVER_OPTION'],
    [{ host: '' }, 'OBSERVER_OPTION'],
    [{ token: 'short' }, 'OBSERVER_OPTION'],
    [{ reading: 'all' as never }, 'OBSERVER_OPTION'],
    [{ hosts: 'x' as never }, 'OBSERVER_OPTION'],
    [{ host: '0.0.0.0' }, 'OBSERVER_TOKEN_REQUIRED'],
    [{ reading: 'token' }, 'OBSERVER_TOKEN_REQUIRED'],
    [{ host: '0.0.0.0', token: TOKEN, reading: 'open' }, 'OBSERVER_OPTION'],
  ])('%j are refused: %s', async (options, code) => {
    const failure = await startObserver(options).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(HeartwoodError)
    expect((failure as HeartwoodError).code).toBe(code)
    expect((failure as HeartwoodError).message).not.toContain('short')
  })

  it('of a mounted one need a token, or the word that reading is open', () => {
    const kernel = new Kernel()
    expect(() => createObserver({ kernel })).toThrow(/needs a token/)
    expect(() => createObserver({ kernel, reading: 'open', prefix: 'observer/' })).toThrow(/prefix/)
    createObserver({ kernel, reading: 'open' }).close()
  })

  it('a port that is taken is told, and nothing is left behind', async () => {
    await using world = await observed()
    const port = Number(new URL(world.running.url).port)
    const kernel = new Kernel()
    await expect(startObserver({ kernel, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    expect(kernel.observers).toBe(0)
  })
})

describe('mounted in a server', () => {
  it('answers below its prefix, also for a body that is read already', async () => {
    const kernel = new Kernel({ report: () => {} })
    using observer = createObserver({ kernel, prefix: '/deep/observer', token: TOKEN })
    const server = createServer((request, response) => {
      observer.handle(request, response, request.method === 'POST' ? { pid: 'victim' } : undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const get = (path: string, more: RequestInit = {}): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', headers, ...more })
    const moved = await get('/deep/observer')
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/deep/observer/'])
    expect((await get('/deep/observer/api/overview')).status).toBe(200)
    expect((await get('/deep/observers/api/overview')).status).toBe(404)
    expect((await get('/api/overview')).status).toBe(404)
    const victim = await kernel.run(async () => {
      await start({ init: () => ({ state: 0 }) }, undefined, { name: 'victim' })
      return kernel.whereis('victim')
    })
    const killed = await get('/deep/observer/api/actions/kill', { method: 'POST', body: '{"pid":"other"}' })
    expect([killed.status, await killed.json()]).toEqual([200, { ok: true, done: `kill ${victim}` }])
    observer.close()
    expect((await get('/deep/observer/api/overview')).status).toBe(404)
    server.closeAllConnections()
    server.close()
  })
})
