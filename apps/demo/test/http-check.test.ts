import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { check } from '../src/checks/check.js'
import { CheckTimeout } from '../src/checks/failure.js'
import { judgeJson } from '../src/checks/json-body.js'
import { type AskedTarget, type GivenTarget, targetSchema } from '../src/target.js'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  return listening(server)
}

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const target = (url: string, more: Partial<GivenTarget> = {}): AskedTarget =>
  targetSchema.parse({ name: 'it', url, ...more }) as AskedTarget

/** A clock that ticks 5 ms at each look. */
function tools() {
  let now = 0
  const resolverAnswers = async (): Promise<boolean> => true
  return { fetch, now: () => (now += 5), wallTime: () => 1_700_000_000_000, resolverAnswers, judgeJson }
}

const never = () => new AbortController().signal

describe('a check', () => {
  it('that finds what it expects reports up, with status, time and latency', async () => {
    const url = await serve((_request, response) => response.end('hello'))
    expect(await check(target(url), tools(), never())).toEqual({
      target: 'it',
      at: 1_700_000_000_000,
      up: true,
      latency: 5,
      status: 200,
    })
  })

  it('that finds another status reports it', async () => {
    const url = await serve((_request, response) => response.writeHead(503).end('no'))
    expect(await check(target(url), tools(), never())).toMatchObject({
      up: false,
      status: 503,
      reason: 'answered 503, expected 200',
    })
    expect(await check(target(url, { status: 503 }), tools(), never())).toMatchObject({ up: true })
  })

  it('tells the target who it is, in a header; a host that it is led to is not told', async () => {
    const told: (string | undefined)[] = []
    const other = await serve((request, response) => {
      told.push(request.headers.authorization)
      response.end()
    })
    const url = await serve((request, response) => {
      told.push(request.headers.authorization)
      response.writeHead(302, { location: other.replace('127.0.0.1', 'localhost') }).end()
    })
    const asAda = target(url.replace('//', '//ada:hunter2@'))
    expect(await check(asAda, tools(), never())).toMatchObject({ up: true })
    expect(told).toEqual([`Basic ${Buffer.from('ada:hunter2').toString('base64')}`, undefined])
  })

  it('gives what may be a secret to the origin of the target alone, wherever that leads', async () => {
    const seen: unknown[] = []
    const answer = (to?: string): RequestListener => {
      return async (request, response) => {
        const { authorization, 'x-api-key': key } = request.headers
        let body = ''
        for await (const piece of request) body += piece
        seen.push([request.method, request.url, authorization, key, body])
        if (to === undefined || request.url === '/here') response.end()
        else
          response
            .writeHead(request.url === '/' ? 307 : 308, { location: request.url === '/' ? '/2' : to })
            .end()
      }
    }
    const other = await serve(answer())
    const url = await serve(answer(other.replace('127.0.0.1', 'localhost')))
    const secrets = { auth: { token: 'TOKEN-1' }, headers: { 'x-api-key': 'KEY-2' } }
    const posting = target(url, { ...secrets, method: 'POST', payload: 'BODY-3' })
    expect(await check(posting, tools(), never())).toMatchObject({ up: true })
    expect(seen).toEqual([
      ['POST', '/', 'Bearer TOKEN-1', 'KEY-2', 'BODY-3'],
      ['POST', '/2', 'Bearer TOKEN-1', 'KEY-2', 'BODY-3'],
      ['POST', '/', undefined, undefined, ''],
    ])
  })

  it('follows redirects as browsers do, and not for ever', async () => {
    const seen: string[] = []
    const url = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      const [status, location] = {
        '/see': [303, '/'],
        '/moved': [301, '/'],
        '/round': [302, '/round'],
        '/file': [302, 'file:///x'],
      }[request.url ?? ''] ?? [200, '']
      response.writeHead(Number(status), location === '' ? {} : { location: String(location) }).end()
    })
    const asked = async (path: string, method: 'POST' | 'PUT' | 'GET') => {
      const result = await check(target(new URL(path, url).href, { method }), tools(), never())
      return 'reason' in result ? result.reason : 'up'
    }
    expect([await asked('/see', 'PUT'), await asked('/moved', 'POST'), await asked('/moved', 'PUT')]).toEqual(
      ['up', 'up', 'up'],
    )
    expect(seen).toEqual(['PUT /see', 'GET /', 'POST /moved', 'GET /', 'PUT /moved', 'PUT /'])
    expect(await asked('/round', 'GET')).toBe('it redirects more than 20 times')
    expect(await asked('/file', 'GET')).toBe('it redirects to what is no http address')
  })

  it('tells none of its secrets that the target gives back, whole, cut or in another form', async () => {
    const url = await serve((request, response) => {
      const { authorization, xkey } = request.headers
      const decoded = Buffer.from(String(authorization).slice(6), 'base64').toString()
      response.end(JSON.stringify({ authorization, decoded, xkey, url: request.url, long: `it was ${xkey}` }))
    })
    const reasonAt = async (path: string, more: Partial<GivenTarget>, query = ''): Promise<unknown> => {
      const result = await check(target(url + query, { json: { [path]: 'x' }, ...more }), tools(), never())
      return 'reason' in result && result.reason?.replace('body has ', '').replace(/ at .*/, '')
    }
    const auth = { username: 'robert', password: 'hunter2hunter2' }
    const bearer = { token: 'BEARER-2-BEARER-2-BEARER-2-BEARER-2-BEARER-2' }
    const headers = { xkey: 'KEY-3-KEY-3-KEY-3-KEY-3-KEY-3-KEY-3-KEY-3' }
    expect([
      await reasonAt('$.authorization', { auth }),
      await reasonAt('$.decoded', { auth }),
      await reasonAt('$.authorization', { auth: bearer }),
      await reasonAt('$.xkey', { headers }),
      await reasonAt('$.long', { headers }),
      await reasonAt('$.url', {}, '?key=QUERY-4&at=a%20b%20c%20d'),
      await reasonAt('$.decoded', { auth: { username: 'a', password: 'say "hi"' } }),
      await reasonAt('$.authorization', { headers }),
    ]).toEqual([
      '"[redacted]"',
      '"[redacted]"',
      '"[redacted]…',
      '"[redacted]…',
      '"it was [redacted]…',
      '"/?[redacted]"',
      '"[redacted]"',
      'nothing',
    ])
  })

  it('quotes no address in its reasons', async () => {
    const failing: typeof fetch = (url) => Promise.reject(new TypeError(`what is ${url}?`))
    const secret = target('http://shop.example/?token=SECRET-1')
    expect(await check(secret, { ...tools(), fetch: failing }, never())).toMatchObject({
      reason: 'request failed: what is http://shop.example/?…',
    })
  })

  it('does not follow the redirect that it expects', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(301, { location: 'http://127.0.0.1:1/' }).end(),
    )
    expect(await check(target(url, { status: 301 }), tools(), never())).toMatchObject({
      up: true,
      status: 301,
    })
  })

  it('looks for the expected text, also across the pieces of a body', async () => {
    const url = await serve((_request, response) => {
      response.write('all is w')
      setImmediate(() => response.end('ell'))
    })
    expect(await check(target(url, { body: 'is well' }), tools(), never())).toMatchObject({ up: true })
    expect(await check(target(url, { body: 'is bad' }), tools(), never())).toMatchObject({
      up: false,
      status: 200,
      reason: 'body does not contain "is bad"',
    })
  })

  it('lets an endless body go', async () => {
    const closed = new Promise<void>((resolve) => {
      void serve((request, response) => {
        const pour = (): void => {
          while (response.write('x'.repeat(65_536)));
        }
        response.on('drain', pour)
        request.socket.on('close', () => resolve())
        pour()
      }).then(async (url) => {
        expect(await check(target(url), tools(), never())).toMatchObject({ up: true })
        expect(await check(target(url, { body: 'y' }), tools(), never())).toMatchObject({ up: false })
      })
    })
    await closed
  })

  it('that takes too long says so', async () => {
    const controller = new AbortController()
    const url = await serve(() => controller.abort(new CheckTimeout(250)))
    expect(await check(target(url), tools(), controller.signal)).toMatchObject({
      up: false,
      reason: 'no answer within 250 ms',
    })
  })

  it('whose body takes too long keeps its status', async () => {
    const controller = new AbortController()
    const url = await serve((_request, response) => void response.write('half of '))
    const fetchHead: typeof fetch = async (...request) => {
      const response = await fetch(...request)
      setImmediate(() => controller.abort(new CheckTimeout(250)))
      return response
    }
    const slowly = { ...tools(), fetch: fetchHead }
    expect(await check(target(url, { body: 'it' }), slowly, controller.signal)).toMatchObject({
      up: false,
      status: 200,
      reason: 'no answer within 250 ms',
    })
  })

  it('that is aborted for another reason does not blame the target', async () => {
    const result = await check(target('http://127.0.0.1:1/'), tools(), AbortSignal.abort('killed'))
    expect(result).toMatchObject({ up: false, reason: 'check was aborted' })
  })

  it('tells a refused connection in words', async () => {
    const url = await serve(() => {})
    servers.pop()?.close()
    expect(await check(target(url), tools(), never())).toMatchObject({
      up: false,
      reason: 'connection refused',
    })
  })

  it('tells a connection that breaks in words', async () => {
    const url = await serve((request) => request.socket.destroy())
    expect(await check(target(url), tools(), never())).toMatchObject({
      reason: expect.stringMatching(/^connection (closed|reset) by the server$/),
    })
  })

  it('tells an answer that is not HTTP in words', async () => {
    const url = await listening(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n')))
    expect(await check(target(url), tools(), never())).toMatchObject({
      up: false,
      reason: 'the answer is not HTTP',
    })
  })

  it('tells an unknown host in words', async () => {
    const failure = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND' })
    const fails: typeof fetch = () => Promise.reject(new TypeError('fetch failed', { cause: failure }))
    expect(
      await check(target('http://nowhere.example/'), { ...tools(), fetch: fails }, never()),
    ).toMatchObject({
      reason: 'host name not found',
    })
  })
})

describe('a fault of Pulse or its machine', () => {
  const failing = (...codes: string[]): typeof fetch => {
    const errors = codes.map((code) => Object.assign(new Error(code), { code }))
    const [first] = errors
    const cause = errors.length === 1 ? first : Object.assign(new AggregateError(errors), { code: codes[0] })
    return () => Promise.reject(new TypeError('fetch failed', { cause }))
  }
  const found = (fetch: typeof globalThis.fetch, answers = true) =>
    check(
      target('http://shop.example/'),
      { ...tools(), fetch, resolverAnswers: async () => answers },
      never(),
    )

  it('is not the target’s', async () => {
    expect(await found(failing('EMFILE'))).toEqual({
      target: 'it',
      at: 1_700_000_000_000,
      fault: 'too many open files',
    })
    expect(await found(failing('ENOMEM'))).toMatchObject({ fault: 'no memory is left' })
  })

  it('is that no name server answers; where they do, it is the name', async () => {
    expect(await found(failing('EAI_AGAIN'), false)).toMatchObject({
      fault: 'the name servers do not answer',
    })
    expect(await found(failing('EAI_AGAIN'))).toMatchObject({ reason: 'host name could not be looked up' })
  })

  it('is none where one of several addresses fails for a reason of its own', async () => {
    expect(await found(failing('EADDRNOTAVAIL', 'ECONNREFUSED'))).toMatchObject({
      reason: 'connection refused',
    })
    expect(await found(failing('EADDRNOTAVAIL', 'EADDRNOTAVAIL'))).toMatchObject({
      fault: 'no port is left to connect from',
    })
  })
})
