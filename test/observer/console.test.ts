import { request } from 'node:http'
import { type ChildSpec, defineServer, startLink, startSupervisor } from 'heartwood'
import { openConsole } from 'heartwood/observer'
import { describe, expect, it } from 'vitest'
import { type Pid, pendingTimers } from '../../src/kernel/index.js'
import { boundedAnswer } from '../../src/observer/console/bounded-answer.js'
import { plainData, whoText } from '../../src/observer/console/plain-data.js'
import { shownValue } from '../../src/observer/console/shown-value.js'
import { type Answer, type Observed, observed, TOKEN } from './world.js'

class Counter {
  #count = 0
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  login(_user: string, password: string): object {
    return { password, found: new Map([['a', 1n]]) }
  }
  hostile(): unknown {
    return new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('not mine')
        },
      },
    )
  }
  never(): Promise<never> {
    return new Promise(() => {})
  }
  boom(): never {
    throw new Error('boom')
  }
  reset(): void {
    this.#count = 0
  }
}
defineServer(Counter, {
  calls: ['add', 'login', 'hostile', 'never', 'boom'],
  casts: ['reset'],
  concurrent: ['never'],
})

const counter: ChildSpec = { id: 'counter', start: () => startLink(Counter, undefined, { name: 'counter' }) }
const clock: ChildSpec = {
  id: 'clock',
  start: () =>
    startLink(
      { init: () => ({ state: 0 }), handleCall: (asked, _from, state) => ({ reply: { asked }, state }) },
      undefined,
      { name: 'clock' },
    ),
}

async function planted(options = {}): Promise<Observed> {
  const world = await observed(options)
  await world.kernel.run(() => startSupervisor({ children: [counter, clock] }, { name: 'top', link: false }))
  return world
}

function order(world: Observed, name: string, body: object, token = TOKEN): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return world.ask(`api/console/${name}`, { method: 'POST', headers, body })
}

async function value(world: Observed, name: string, body: object): Promise<unknown> {
  const { status, text } = await order(world, name, body)
  if (status !== 200) throw new Error(text)
  return JSON.parse(text).value
}

const errorOf = ({ text }: Answer): { code: string; message: string } => JSON.parse(text).error
const codeOf = (answer: Answer): string => errorOf(answer).code

describe('openConsole', () => {
  it('refuses a URL that is no text, and options that are none', async () => {
    await expect(openConsole(Symbol('url') as never)).rejects.toMatchObject({ code: 'BAD_OPTION' })
    await expect(openConsole('http://127.0.0.1:1', { tokn: 'x' } as never)).rejects.toMatchObject({
      code: 'BAD_OPTION',
    })
  })
})

describe('the orders of a console', () => {
  it('call, cast, and show states', async () => {
    await using world = await planted()
    expect(await value(world, 'call', { to: 'counter', method: 'add', args: [2] })).toBe(2)
    expect(await value(world, 'cast', { to: 'counter', method: 'reset', args: [] })).toBeUndefined()
    expect(await value(world, 'state', { to: 'counter' })).toEqual({
      mode: 'running',
      value: { '#count': 0 },
    })
    expect(await value(world, 'call', { to: 'clock', request: { at: 1 } })).toEqual({ asked: { at: 1 } })
    expect(await value(world, 'methods', { to: 'counter' })).toMatchObject({ casts: ['reset'] })
    expect(await value(world, 'names', { begun: 'c' })).toEqual(['clock', 'counter'])
    expect(await value(world, 'look', { path: 'processes/clock' })).toMatchObject({ name: 'clock' })
  })

  it('need the token, and the option where people do not work on the program', async () => {
    await using world = await planted({ console: false })
    const call = { to: 'counter', method: 'add', args: [1] }
    expect(codeOf(await order(world, 'call', call, `${TOKEN}x`))).toBe('OBSERVER_NO_TOKEN')
    expect(codeOf(await order(world, 'call', call))).toBe('OBSERVER_CONSOLE_OFF')
    await using open = await observed({ token: undefined, console: true })
    expect(codeOf(await order(open, 'hello', {}))).toBe('OBSERVER_READ_ONLY')
  })

  it.each([
    ['call', { to: 'nobody', method: 'add', args: [] }, 'OBSERVER_NO_PROCESS'],
    ['call', { to: 'counter', method: 'add' }, 'OBSERVER_BODY'],
    ['call', { to: 'counter', method: 'add', args: [], timeout: 1e9 }, 'OBSERVER_BODY'],
    ['call', { to: 'counter', method: 'missing', args: [] }, 'OBSERVER_ACTION_FAILED'],
    ['call', { to: 'counter', method: 'reset', args: [] }, 'OBSERVER_ACTION_FAILED'],
    ['cast', { to: 'counter', method: 'add', args: [] }, 'OBSERVER_ACTION_FAILED'],
    ['call', { to: 'counter', method: '__proto__', args: [] }, 'OBSERVER_ACTION_FAILED'],
    ['call', { to: 'counter', method: 'toString', args: [] }, 'OBSERVER_ACTION_FAILED'],
    ['call', { to: 'clock', method: 'add', args: [] }, 'OBSERVER_ACTION_FAILED'],
    ['look', { path: 'constructor' }, 'OBSERVER_NOT_FOUND'],
    ['look', { path: '../../etc' }, 'OBSERVER_NOT_FOUND'],
    ['evaluate', { code: '1' }, 'OBSERVER_NOT_FOUND'],
  ])('%s %j is %s, and ends nobody', async (name, body, code) => {
    await using world = await planted()
    const before = world.kernel.whereis('counter')
    expect(codeOf(await order(world, name, body))).toBe(code)
    await world.kernel.settled()
    expect(world.kernel.whereis('counter')).toBe(before)
  })

  it('are in the log before they are followed: by whom, and without arguments', async () => {
    await using world = await planted()
    await order(world, 'call', {
      to: 'counter',
      method: 'login',
      args: ['ada', 'hunter2'],
      by: 'ada\u001b[2J',
    })
    await order(world, 'call', { to: 'clock', request: { password: 'hunter2' } })
    await order(world, 'methods', { to: 'counter' })
    const told = world.reports.filter(({ kind }) => kind === 'observer').map(({ message }) => message)
    expect(told).toEqual([
      'observer: console: call of counter.login/2, by order from 127.0.0.1, who says to be ada\\u001b[2J',
      'observer: console: call of clock, by order from 127.0.0.1',
    ])
  })

  it('a crash, what cannot be read and a time-out are told; secrets are not', async () => {
    await using world = await planted()
    const login = { to: 'counter', method: 'login', args: ['ada', 'hunter2'] }
    expect(await value(world, 'call', login)).toEqual({
      password: '[redacted]',
      found: { map: [['a', '1n']] },
    })
    expect(await value(world, 'call', { to: 'counter', method: 'hostile', args: [] })).toBe(
      '[unreadable: not mine]',
    )
    const boom = await order(world, 'call', { to: 'counter', method: 'boom', args: [] })
    expect(errorOf(boom).message).toContain('CALL_SERVER_EXITED')
    const asked = order(world, 'call', { to: 'counter', method: 'never', args: [], timeout: 100 })
    await told(world, 'counter.never')
    await world.clock.advance(100)
    expect(errorOf(await asked).message).toContain('CALL_TIMEOUT')
  })

  it('a call whose console is gone is given up', async () => {
    await using world = await planted()
    const sent = request(new URL('api/console/call', world.running.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      agent: false,
    })
    sent.on('error', () => {})
    sent.end(JSON.stringify({ to: 'counter', method: 'never', args: [] }))
    await told(world, 'counter.never')
    sent.destroy()
    // Its time-out was the one timer there is.
    while (pendingTimers(world.kernel, 1).set > 0) await turn()
    expect(world.kernel.isAlive(world.kernel.whereis('counter') as Pid)).toBe(true)
  })

  it('wait in no larger number than there may be', async () => {
    await using world = await planted()
    const never = { to: 'counter', method: 'never', args: [], timeout: 1_000 }
    const waiting = Array.from({ length: 32 }, () => order(world, 'call', never))
    const count = () => world.reports.filter(({ message }) => message.includes('counter.never')).length
    while (count() < 32) await turn()
    expect(codeOf(await order(world, 'call', never))).toBe('OBSERVER_TOO_MANY_ORDERS')
    await world.clock.advance(1_000)
    for (const answer of await Promise.all(waiting)) expect(codeOf(answer)).toBe('OBSERVER_ACTION_FAILED')
    expect(await value(world, 'call', { to: 'counter', method: 'add', args: [1] })).toBe(1)
  })
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function told(world: Observed, part: string): Promise<void> {
  while (!world.reports.some(({ message }) => message.includes(part))) await turn()
}

describe('what goes to and fro', () => {
  it('an answer is bounded: the more there is, the less of it', () => {
    expect(boundedAnswer({ list: Array.from({ length: 400 }, (_, at) => at) })).toEqual({
      list: Array.from({ length: 400 }, (_, at) => at),
    })
    const huge = boundedAnswer(Array.from({ length: 5_000 }, () => 'a text. '.repeat(1_000)))
    expect(JSON.stringify(huge).length).toBeLessThan(1_000_000)
    expect(boundedAnswer(undefined)).toBeUndefined()
  })

  it('an argument is plain data, and what is not is named by its place', () => {
    expect(plainData({ a: [1, 'x', null], gone: undefined }, 'it')).toEqual({ a: [1, 'x', null] })
    const circle: unknown[] = []
    circle.push(circle)
    for (const [given, place] of [
      [new Map(), 'it'],
      [{ at: [1, new Date(0)] }, 'it.at[1]'],
      [Number.NaN, 'it'],
      [() => 1, 'it'],
      [1n, 'it'],
    ] as const) {
      expect(() => plainData(given, 'it')).toThrow(
        expect.objectContaining({
          code: 'CONSOLE_ARGUMENT',
          message: expect.stringContaining(`${place} must`),
        }),
      )
    }
    expect(() => plainData(circle, 'it')).toThrow(expect.objectContaining({ code: 'CONSOLE_ARGUMENT' }))
    expect([whoText('a', 'it'), whoText(7, 'it'), whoText({ pid: '<0.7>' }, 'it')]).toEqual([
      'a',
      '7',
      '<0.7>',
    ])
    expect(() => whoText({}, 'it')).toThrow(expect.objectContaining({ code: 'CONSOLE_ARGUMENT' }))
  })

  it('a value is printed in bounds, and acts on no terminal', () => {
    const how = { colors: false, columns: 80 }
    expect(shownValue('\u001b[2J\u202e', how)).toBe("'\\x1B[2J\\u202e'")
    expect(shownValue(new Error('a\u001b[2J\nb'), how)).toBe('Error: a\\u001b[2J\\nb')
    const many = Array.from({ length: 100 }, () => 'x'.repeat(9_000))
    expect(shownValue(many, how).length).toBeLessThan(60_000)
    const hostile = {
      [Symbol.for('nodejs.util.inspect.custom')]() {
        throw new Error('never shown')
      },
    }
    expect(shownValue(hostile, how)).toContain('cannot be shown')
  })
})
