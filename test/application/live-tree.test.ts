import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { fixture, Program } from './program.js'

/** What an observer answers, as src/observer documents it. */
const ANSWER = {
  at: 1,
  applications: [
    {
      name: 'shop',
      root: {
        ...{ id: 'Root', kind: 'supervisor', strategy: 'one_for_one', pid: '<0.3>', behaviour: 'Root' },
        ...{ state: 'up', queue: 0, restarts: 0, key: 'a', childCount: 4 },
        children: [
          {
            id: 'till',
            kind: 'worker',
            pid: '<0.4>',
            name: 'till',
            state: 'up',
            queue: 3,
            restarts: 2,
            busy: true,
          },
          { id: 'bell', kind: 'worker', pid: '<0.9>', name: 'door', state: 'up', queue: 0, restarts: 1 },
          {
            id: 'lamp\u001b[2J',
            kind: 'worker',
            pid: null,
            state: 'restarting',
            queue: 0,
            restarts: 5,
            retryIn: 250.2,
          },
        ],
      },
    },
    { name: 'empty', root: null },
  ],
  roots: [
    {
      id: 'loner',
      kind: 'dynamic supervisor',
      pid: '<0.7>',
      state: 'up',
      queue: 0,
      restarts: 0,
      children: [],
    },
  ],
  truncated: true,
}

describe('heartwood tree --url', () => {
  let server: Server | undefined
  const asked: string[] = []

  /** An observer that gives one answer to whatever it is asked. */
  async function observer(status: number, body: unknown): Promise<string> {
    asked.length = 0
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  afterEach(async () => {
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)))
    server = undefined
  })

  it('draws the tree of a running program: pid, state, queue and restarts of each process', async () => {
    const program = new Program(['tree', '--url', await observer(200, ANSWER)])
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual([
      'shop',
      '└─ Root  <0.3>  (supervisor, one_for_one)  up  4 children, 3 shown',
      '   ├─ till  <0.4>  busy  3 queued  2 restarts',
      '   ├─ bell  door  <0.9>  up  1 restart',
      '   └─ lamp\\u001b[2J  restarting in 251 ms  5 restarts',
      'empty',
      'loner  <0.7>  (dynamic supervisor)  up',
    ])
    expect(asked).toEqual(['GET /api/tree?depth=64&limit=500 '])
  })

  it('draws a program that really runs, with what crashed and came back', async () => {
    const running = new Program(['start', fixture('observed')])
    await running.line('"kind":"supervisor"')
    await running.line('application shop started')
    await running.line('the observer is at')
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(running.messages.join('\n'))?.[0] ?? ''
    const program = new Program(['tree', '--url', url])
    expect(await program.exited).toBe(0)
    running.kill('SIGTERM')
    expect(await running.exited).toBe(0)
    const at = program.lines.indexOf('shop')
    expect(program.lines.slice(at).map((line) => line.replace(/<0\.\d+>/, '<pid>'))).toEqual([
      'shop',
      '└─ root  <pid>  (supervisor, one_for_one)  up',
      '   ├─ fragile  fragile worker  <pid>  up  1 restart',
      '   └─ steady  steady worker  <pid>  up',
    ])
  })

  it('has colours when asked for', async () => {
    const program = new Program(['tree', '--url', await observer(200, ANSWER)], { FORCE_COLOR: '1' })
    expect(await program.exited).toBe(0)
    expect(program.lines.join('\n')).toContain('\u001b[31mrestarting in 251 ms\u001b[0m')
  })

  it('passes the JSON on, below a path and with a token', async () => {
    const url = `${(await observer(200, ANSWER)).slice('http://'.length)}/observer`
    const program = new Program(['tree', '--json', '--url', url], { OBSERVER_TOKEN: 'secret' })
    expect(await program.exited).toBe(0)
    expect(JSON.parse(program.lines.join('\n'))).toEqual(ANSWER)
    expect(asked).toEqual(['GET /observer/api/tree?depth=64&limit=500 Bearer secret'])
  })

  it('says that nothing answers, and exits 5', async () => {
    const url = await observer(200, ANSWER)
    await new Promise((resolve) => server?.close(resolve))
    const program = new Program(['tree', '--json', '--url', url])
    expect(await program.exited).toBe(5)
    expect(program.errors).toContain(`heartwood: nothing answers at ${url}: Error: connect ECONNREFUSED`)
    expect(program.errors).toContain('[OBSERVER_UNREACHABLE]')
    expect(JSON.parse(program.lines.join(''))).toMatchObject({
      exitCode: 5,
      error: { code: 'OBSERVER_UNREACHABLE' },
    })
  })

  it.each([
    [200, '<html>', 'It may be no address of a Heartwood observer'],
    [200, { applications: 1 }, 'It may be no address of a Heartwood observer'],
    [
      404,
      { error: { code: 'OBSERVER_NOT_FOUND', message: 'there is no such page' } },
      'It says: there is no such page.',
    ],
    [401, {}, 'It wants its token: set OBSERVER_TOKEN.'],
  ])('says that an answer is no tree: %i %j', async (status, body, hint) => {
    const url = await observer(status, body)
    const program = new Program(['tree', '--url', url])
    expect(await program.exited).toBe(5)
    expect(program.errors).toContain(
      `${url}/api/tree?depth=64&limit=500 answered ${status} instead of the requested data. ${hint}`,
    )
    expect(program.errors).toContain('[OBSERVER_ANSWER]')
  })
})
