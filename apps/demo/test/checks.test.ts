import { createSocket, type Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { check } from '../src/checks/check.js'
import { CheckTimeout } from '../src/checks/failure.js'
import { judgeJson } from '../src/checks/json-body.js'
import { type AskedTarget, type GivenTarget, targetSchema } from '../src/target.js'

const open: { close(): unknown }[] = []
afterEach(() => {
  for (const each of open.splice(0)) each.close()
})

interface Listening {
  listen(port: number, host: string, then: () => void): unknown
  address(): unknown
  close(): unknown
}

async function portOf(server: Listening): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createTcpServer()
  const port = await portOf(server)
  open.pop()
  await new Promise((resolve) => server.close(resolve))
  return port
}

const tools = { fetch, now: () => 0, wallTime: () => 0, resolverAnswers: async () => true, judgeJson }

/** What one check of such a target finds: `up`, or why not. */
async function found(given: object, signal = new AbortController().signal): Promise<string> {
  const target = targetSchema.parse({ name: 'it', ...given } as GivenTarget) as AskedTarget
  const result = await check(target, tools, signal)
  if ('fault' in result) return `own fault: ${result.fault}`
  return result.up ? 'up' : (result.reason ?? 'no reason')
}

/** A signal that says at once what the checker says when the time is up. */
const late = (): AbortSignal => AbortSignal.abort(new CheckTimeout(50))

const TLS = new URL('../../../test/application/fixtures/tls/', import.meta.url)
const credentials = {
  key: readFileSync(new URL('key.pem', TLS)),
  cert: readFileSync(new URL('cert.pem', TLS)),
}

describe('an http target', () => {
  const serve = async (answer: RequestListener): Promise<string> =>
    `http://127.0.0.1:${await portOf(createServer(answer))}/`

  it('is asked with the method, the headers and the body that it wants', async () => {
    const asked: unknown[] = []
    const url = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (body) => {
        asked.push(request.method, request.headers['x-key'], request.headers['content-type'], body)
        response.end()
      })
    })
    const headers = { 'x-key': 'SECRET-1', 'content-type': 'application/json' }
    expect(await found({ url, method: 'POST', headers, payload: '{"ping":1}' })).toBe('up')
    expect(asked).toEqual(['POST', 'SECRET-1', 'application/json', '{"ping":1}'])
  })

  it('may answer with one of several statuses', async () => {
    const url = await serve((_request, response) => response.writeHead(204).end())
    expect(await found({ url, status: '2xx' })).toBe('up')
    expect(await found({ url, status: [200, 204] })).toBe('up')
    expect(await found({ url, status: ['3xx', 404] })).toBe('answered 204, expected 3xx or 404')
  })

  it('is not followed where its redirect itself is what counts', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' })
      response.end()
    })
    expect(await found({ url })).toBe('up')
    expect(await found({ url, redirects: 'stop' })).toBe('answered 302, expected 200')
    expect(await found({ url, redirects: 'stop', status: '3xx' })).toBe('up')
  })

  it('must not have a text in its body', async () => {
    const url = await serve((_request, response) => response.end('all is well'))
    expect(await found({ url, bodyWithout: 'error' })).toBe('up')
    expect(await found({ url, body: 'all', bodyWithout: 'is well' })).toBe('body contains "is well"')
    expect(await found({ url, body: 'none', bodyWithout: 'error' })).toBe('body does not contain "none"')
  })

  it('has values where a JSONPath says, or within bounds', async () => {
    const body = { status: 'ok', queue: { length: 12 }, nodes: [{ up: true }, { up: false }] }
    const url = await serve((_request, response) => response.end(JSON.stringify(body)))
    expect(await found({ url, json: { '$.status': 'ok', '$.queue.length': { max: 20 } } })).toBe('up')
    expect(await found({ url, json: { '$.status': 'fine' } })).toBe(
      'body has "ok" at $.status, expected "fine"',
    )
    expect(await found({ url, json: { '$.queue.length': { min: 20 } } })).toBe(
      'body has 12 at $.queue.length, expected at least 20',
    )
    expect(await found({ url, json: { '$.nodes[*].up': true } })).toBe(
      'body has false at $.nodes[*].up, expected true',
    )
    expect(await found({ url, json: { '$.nothing': 1 } })).toBe('body has nothing at $.nothing')
    expect(await found({ url, json: { '$.queue': 12 } })).toBe('body has an object at $.queue, expected 12')
  })

  it('that answers with no JSON, endless JSON or JSON without a bottom is down', async () => {
    const json = { '$..status': 'ok' }
    const text = await serve((_request, response) => response.end('<html>'))
    expect(await found({ url: text, json })).toBe('body is not JSON')
    const long = await serve((_request, response) => response.end(`"${'x'.repeat(2_000_000)}"`))
    expect(await found({ url: long, json })).toBe(
      'body is longer than 1048576 bytes, too long to be read as JSON',
    )
    const depth = 100_000
    const deep = await serve((_request, response) => response.end('['.repeat(depth) + ']'.repeat(depth)))
    expect(await found({ url: deep, json })).toMatch(/^body (has nothing at|is not JSON)/)
  })
})

describe('a tcp target', () => {
  it('is up when it takes a connection', async () => {
    const port = await portOf(createTcpServer((socket) => socket.destroy()))
    expect(await found({ url: `tcp://127.0.0.1:${port}` })).toBe('up')
  })

  it('is down when it refuses one, and when none comes about in time', async () => {
    expect(await found({ url: `tcp://127.0.0.1:${await closedPort()}` })).toBe('connection refused')
    expect(await found({ url: 'tcp://127.0.0.1:1' }, late())).toBe('no answer within 50 ms')
  })
})

describe('a tls target', () => {
  it('is down while its certificate is not to be trusted', async () => {
    const port = await portOf(createTlsServer(credentials))
    expect(await found({ url: `tls://localhost:${port}` })).toMatch(/^TLS certificate/)
  })

  it('is down when it does not speak TLS, or hangs up', async () => {
    const talking = await portOf(createTcpServer((socket) => socket.end('220 no TLS here\r\n')))
    expect(await found({ url: `tls://127.0.0.1:${talking}` })).toBe('the server does not speak TLS')
    const closing = await portOf(createTcpServer((socket) => socket.destroy()))
    expect(await found({ url: `tls://127.0.0.1:${closing}` })).toMatch(/^connection/)
  })
})

describe('a dns target', () => {
  /** A name server that knows one address, answers a second name with a code, and is silent to all others. */
  async function nameServer(): Promise<string> {
    const server: Socket = createSocket('udp4')
    open.push(server)
    server.on('message', (question, { port, address }) => {
      const isKnown = question.includes('known')
      if (!isKnown && !question.includes('absent')) return
      const head = Buffer.from(question.subarray(0, 12))
      head.writeUInt16BE(isKnown ? 0x8180 : 0x8183, 2)
      head.writeUInt16BE(isKnown ? 1 : 0, 6)
      head.writeUInt16BE(0, 8)
      head.writeUInt16BE(0, 10)
      // The end of the question: its name, its type and its class.
      const end = question.indexOf(0, 12) + 5
      const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1])
      const answer = [head, question.subarray(12, end), ...(isKnown ? [record] : [])]
      server.send(Buffer.concat(answer), port, address)
    })
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
    return `127.0.0.1:${server.address().port}`
  }

  it('has the record that is wanted', async () => {
    const server = await nameServer()
    const url = 'dns://known.example'
    expect(await found({ url, server })).toBe('up')
    expect(await found({ url, server, answer: '192.0.2.1' })).toBe('up')
    expect(await found({ url, server, answer: '192.0.2.2' })).toBe('none of 1 A records is "192.0.2.2"')
  })

  it('is down when the name is not there, and when nobody answers in time', async () => {
    const server = await nameServer()
    expect(await found({ url: 'dns://absent.example', server })).toBe('the name does not exist')
    const abort = new AbortController()
    const silent = found({ url: 'dns://silent.example', server }, abort.signal)
    setImmediate(() => abort.abort(new CheckTimeout(50)))
    expect(await silent).toBe('no answer within 50 ms')
  })
})

describe('a grpc target', () => {
  /** A health service that says this of every service; the state is put into the message as it is. */
  async function health(answer: (stream: ServerHttp2Stream, service: string) => void): Promise<string> {
    const server = createHttp2Server()
    server.on('stream', (stream) => {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => answer(stream, Buffer.concat(pieces).subarray(7).toString()))
    })
    return `grpc://127.0.0.1:${await portOf(server)}`
  }

  function says(stream: ServerHttp2Stream, state: number, status = '0'): void {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }))
    stream.end(Buffer.from(state === 0 ? [0, 0, 0, 0, 0] : [0, 0, 0, 0, 2, 8, state]))
  }

  it('is up while its service says SERVING', async () => {
    const services: string[] = []
    const url = await health((stream, service) => {
      services.push(service)
      says(stream, service === 'shop.Orders' ? 1 : 2)
    })
    expect(await found({ url: `${url}/shop.Orders` })).toBe('up')
    expect(await found({ url })).toBe('says NOT_SERVING, expected SERVING')
    expect(services).toEqual(['shop.Orders', ''])
  })

  it('is down where there is no such service, no health service, or no gRPC', async () => {
    const unknown = await health((stream) => {
      stream.respond({ ':status': 200, 'grpc-status': '5' }, { endStream: true })
    })
    expect(await found({ url: `${unknown}/none` })).toBe(
      'answered with gRPC status 5: it does not know the service',
    )
    const web = await health((stream) => stream.respond({ ':status': 404 }, { endStream: true }))
    expect(await found({ url: web })).toBe('answered 404, expected 200')
    const talking = await portOf(createTcpServer((socket) => socket.end('220 hello\r\n')))
    expect(await found({ url: `grpc://127.0.0.1:${talking}` })).not.toBe('up')
    expect(await found({ url: `grpc://127.0.0.1:${await closedPort()}` })).toBe('connection refused')
  })

  it('that stays silent is told so', async () => {
    const abort = new AbortController()
    const silent = createTcpServer((socket) => {
      socket.once('data', () => abort.abort(new CheckTimeout(50))).on('error', () => {})
    })
    const finding = found({ url: `grpc://127.0.0.1:${await portOf(silent)}` }, abort.signal)
    expect(await finding).toBe('no answer within 50 ms')
  })

  it('that answers without end, or nonsense, is down', async () => {
    const flood = await health((stream) => {
      stream.respond({ ':status': 200 })
      stream.write(Buffer.alloc(100_000))
    })
    expect(await found({ url: flood })).toBe('the answer is too long for a state of health')
    const nonsense = await health((stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end('hello')
    })
    expect(await found({ url: nonsense })).toBe('the answer is no state of health')
  })
})

describe('a target that is written down wrongly', () => {
  const wrong = (given: object): string[] => {
    const { error } = targetSchema.safeParse({ name: 'it', ...given } as GivenTarget)
    return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
  }

  it('is told of bounds that nothing is within, and of a port that nobody listens on', () => {
    const json = { '$.a': { min: 2, max: 1 }, '$.b': { min: 1, max: 1 } }
    expect(wrong({ url: 'http://shop/', json })).toEqual(['json.$.a: a "min" that is no more than its "max"'])
    const port = 'url: an address with a host and, if need be, a port from 1 to 65535'
    expect(wrong({ url: 'http://shop:0/' })).toEqual([port])
    expect(wrong({ url: 'http://shop:99999/' })).toEqual([port])
    expect(wrong({ url: 'tcp://shop:0' })).toContainEqual(port)
  })

  it('is told what its kind may have', () => {
    expect(wrong({ url: 'tcp://db:5432', status: 200 })).toEqual([
      ': unknown key "status"; expected only name, url, group, interval, confirm, hideUrl, timeout, slow',
    ])
    expect(wrong({ url: 'tcp://db' })).toEqual([
      'url: an address with a port from 1 to 65535, such as tcp://db.example:5432',
    ])
    expect(wrong({ url: 'ftp://files' })[0]).toMatch(/^url: an address that begins with http:\/\//)
    expect(wrong({ push: 'short' })[0]).toMatch(/^push: a token of 16 to 200/)
  })

  it('is told what does not go together', () => {
    const url = 'http://shop.example/'
    expect(wrong({ url, payload: 'x' })).toEqual(['payload: nothing with the method GET'])
    expect(wrong({ url, method: 'HEAD', body: 'x' })).toEqual([
      'method: another method than HEAD, whose answers have no body to judge',
    ])
    expect(wrong({ url, json: { '$[': 1 } })).toEqual(['json.$[: a JSONPath such as $.status'])
    expect(wrong({ url, status: '6xx' })[0]).toMatch(/^status: an HTTP status from 100 to 599/)
  })
})
