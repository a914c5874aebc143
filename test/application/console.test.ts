import { PassThrough } from 'node:stream'
import { defineServer, Kernel, start } from 'heartwood'
import { openConsole, startObserver } from 'heartwood/observer'
import { describe, expect, it } from 'vitest'
import { ObserverClient } from '../../src/application/index.js'
import { completionOf } from '../../src/observer/console/completion.js'
import { Link } from '../../src/observer/console/link.js'
import { ServerOfProgram } from '../../src/observer/console/names.js'

const ASKER = { usage: 'a test', help: 'a test' }
const TOKEN = 'a-token-of-a-test-long-enough'

class Counter {
  #count = 0
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  reset(): void {
    this.#count = 0
  }
}
defineServer(Counter, { calls: ['add'], casts: ['reset'] })

async function program() {
  const kernel = new Kernel({ report: () => {} })
  await kernel.run(() => start(Counter, undefined, { name: 'counter' }))
  return startObserver({ kernel, port: 0, token: TOKEN })
}

/** What is printed when these lines come through a pipe. */
async function typed(url: string, lines: readonly string[], token = TOKEN): Promise<string> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let text = ''
  output.on('data', (part) => {
    text += part
  })
  input.end(lines.map((line) => `${line}\n`).join(''))
  await openConsole(url, { input: input as never, output: output as never, token })
  return text
}

describe('a console', () => {
  it('runs line by line: calls, values of lines before, a line over several', async () => {
    await using running = await program()
    const lines = [
      "ref('counter').call.add(2)",
      'const n = await ref("counter").call.add(3)',
      'n * 2',
      '',
      '[1,',
      '2]',
      "ref('counter')",
      "ref('counter').cast.reset()",
      "sys.getState('counter')",
      "const { pid } = await info('counter')",
      "(await whereis('counter')) === pid",
    ]
    expect(await typed(running.url, lines)).toMatch(
      /^2\n10\n(\.\.\.|\|) \[ 1, 2 \]\nref\("counter"\)\n\{ '#count': 0 \}\ntrue\n$/,
    )
  })

  it('draws the tree, and tells what there is', async () => {
    await using running = await program()
    const text = await typed(running.url, ['help', 'tree()', '(await processes("count")).length', 'names()'])
    expect(text).toContain("ref('counter').call.add(2)")
    expect(text).toContain('\n1\n')
    expect(text).toContain("name: 'counter'")
  })

  it('says what is wrong, and goes on', async () => {
    await using running = await program()
    const lines = [
      "ref('counter').call.ad(2)",
      "ref('nobody').call.add(2)",
      "ref('counter').call.add(new Map())",
      'throw new Error("mine")',
      'nothing',
      'ref()',
      "ref('counter').with({ timeout: -1 })",
      '1 + 1',
    ]
    const told = (await typed(running.url, lines)).split('\n')
    expect(told[0]).toContain('OBSERVER_ACTION_FAILED: call of counter.ad/1 failed: NOT_CALLABLE')
    expect(told[1]).toContain('OBSERVER_NO_PROCESS')
    expect(told[2]).toContain('CONSOLE_ARGUMENT: argument 1 must be plain data')
    expect(told.slice(3, 5)).toEqual([
      'Uncaught Error: mine',
      expect.stringContaining('nothing is not defined'),
    ])
    expect(told[5]).toContain('CONSOLE_ARGUMENT: the server must be a name')
    expect(told[6]).toContain('CONSOLE_ARGUMENT: the time-out must be milliseconds')
    expect(told[7]).toBe('2')
  })

  it('a program that is gone is told at each line, and the console goes on', async () => {
    const running = await program()
    const [input, output] = [new PassThrough(), new PassThrough()]
    const told: string[] = []
    output.on('data', (part) => told.push(String(part)))
    const open = openConsole(running.url, { input: input as never, output: output as never, token: TOKEN })
    input.write('1\n')
    while (!told.join('').includes('1\n')) await new Promise((resolve) => setImmediate(resolve))
    await running.close()
    input.end("ref('counter').call.add(1)\n2\n")
    await open
    expect(told.join('')).toMatch(/^1\nUncaught OBSERVER_UNREACHABLE.*\n2\n$/)
  })

  it('is refused without the token, where it is off, and where no observer is', async () => {
    await using running = await program()
    await expect(typed(running.url, [], 'another-token-of-a-test')).rejects.toMatchObject({
      code: 'OBSERVER_ANSWER',
      message: expect.stringContaining('OBSERVER_TOKEN'),
    })
    await using off = await startObserver({ port: 0, token: TOKEN, console: false, kernel: new Kernel() })
    await expect(typed(off.url, [])).rejects.toMatchObject({
      code: 'CONSOLE_REFUSED',
      message: expect.stringContaining('OBSERVER_CONSOLE_OFF'),
    })
    await expect(typed('http://127.0.0.1:1', [])).rejects.toMatchObject({ code: 'OBSERVER_UNREACHABLE' })
    await expect(typed('http://', [])).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('completes names and methods', async () => {
    await using running = await program()
    const link = new Link(new ObserverClient(running.url, TOKEN, ASKER))
    const context = { it: new ServerOfProgram(link, 'counter') }
    const server = { completer: (_: string, done: (e: null, r: unknown) => void) => done(null, 'usual') }
    const { createContext } = await import('node:vm')
    const complete = completionOf(link, { ...server, context: createContext(context) } as never)
    const found = (line: string) => new Promise((resolve) => complete(line, (_, answer) => resolve(answer)))
    expect(await found("ref('cou")).toEqual([['counter'], 'cou'])
    expect(await found("sys.getState('")).toEqual([['counter'], ''])
    expect(await found("ref('counter').call.")).toEqual([['add'], ''])
    expect(await found("await ref('counter').with(100).cast.re")).toEqual([['reset'], 're'])
    expect(await found('it.call.a')).toEqual([['add'], 'a'])
    expect(await found('other.call.a')).toBe('usual')
    expect(await found("ref('nobody').call.")).toEqual([[], "ref('nobody').call."])
  })

  it('a line that is abandoned is given up', async () => {
    await using running = await program()
    const link = new Link(new ObserverClient(running.url, TOKEN, ASKER))
    const asked = link.order('hello')
    link.abandon()
    await expect(asked).rejects.toMatchObject({ code: 'CONSOLE_ABANDONED' })
    expect(await link.order('hello')).toMatchObject({ osPid: process.pid })
  })
})
