import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  call,
  cast,
  getState,
  type HandlerResult,
  reply,
  start,
  startLink,
  stop,
} from '../../src/genserver/index.js'
import {
  type ExitReason,
  exit,
  isAlive,
  Pid,
  receive,
  self,
  send,
  sleep,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import { exitReason, failure, next, world } from './world.js'

/** A server that does what each message says, and logs what happens to it. */
type Script = (state: string[], message: unknown) => unknown
interface Scripted extends Callbacks<string[], unknown> {
  log: string[]
}

function scripted(over: Partial<Callbacks<string[], unknown>> = {}): Scripted {
  const log: string[] = []
  const run = (kind: string, message: unknown, state: string[]): never => {
    log.push(`${kind} ${typeof message === 'function' ? message.name : String(message)}`)
    return (typeof message === 'function' ? (message as Script)(state, message) : { state }) as never
  }
  return {
    log,
    init: () => ({ state: [] }),
    handleCall: (request, _from, state) => run('call', request, state),
    handleCast: (request, state) => run('cast', request, state),
    handleInfo: (message, state) => run('info', message, state),
    handleContinue: (value, state) => run('continue', value, state),
    terminate: (reason) => {
      log.push(`terminate ${String(reason)}`)
    },
    ...over,
  }
}

describe('results', () => {
  it('keeps the state a callback returns, and replies', () =>
    world(async () => {
      const server = await start(scripted())
      expect(await call(server, () => ({ reply: 'one', state: ['a'] }))).toBe('one')
      cast(server, (state: string[]) => ({ state: [...state, 'b'] }))
      send(server, (state: string[]) => ({ state: [...state, 'c'] }))
      expect(await getState(server)).toEqual(['a', 'b', 'c'])
    }))

  it('replies with undefined when the reply is undefined, and keeps an undefined state', () =>
    world(async () => {
      const server = await start(scripted())
      expect(await call(server, () => ({ reply: undefined, state: undefined }))).toBeUndefined()
      expect(await getState(server)).toBeUndefined()
    }))

  it('waits for a promised result, one message at a time', () =>
    world(async (kernel) => {
      const order: string[] = []
      const server = await start({
        init: () => ({ state: 0 }),
        async handleCall(request, _from, state) {
          order.push(`begin ${request}`)
          await sleep(10)
          order.push(`end ${request}`)
          return { reply: state, state: state + 1 }
        },
      })
      const replies = Promise.all([call(server, 'a'), call(server, 'b')])
      await kernel.clock.advance(20)
      expect(await replies).toEqual([0, 1])
      expect(order).toEqual(['begin a', 'end a', 'begin b', 'end b'])
    }))

  it('takes any thenable for a promise, and waits for it', () =>
    world(async (kernel) => {
      const callbacks = scripted()
      const server = await start(callbacks)
      const late = {
        // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
        then: (done: (result: unknown) => void) => {
          void sleep(100).then(() => done({ reply: 'late', state: ['late'] }))
        },
      }
      const answer = call(server, () => late)
      send(server, (state: string[]) => ({ state: [...state, 'after'] }))
      await kernel.clock.advance(100)
      expect(await answer).toBe('late')
      expect(await getState(server)).toEqual(['late', 'after'])
    }))

  it.each([
    ['nothing', undefined],
    ['a bare value', 42],
    ['null', null],
    ['an object without state', { reply: 1 }],
    ['an idle time that is negative', { reply: 1, state: [], timeout: -1 }],
    ['an idle time that is no number', { reply: 1, state: [], timeout: 'soon' }],
    ['an idle time below 0', { reply: 1, state: [], timeout: -0.5 }],
    ['a continuation with an idle time', { reply: 1, state: [], continue: 1, timeout: 1 }],
    ['a mistyped key', { reply: 1, state: [], timeOut: 1 }],
    ['an answer beside the server that is no function', { state: [], concurrently: 1 }],
  ])('exits with badReturnValue for %s', (_, result) =>
    world(async () => {
      const server = await start(scripted())
      void call(server, () => result).catch(() => {})
      expect(await exitReason(server)).toMatchObject({ code: 'BAD_RETURN_VALUE', badReturnValue: result })
    }))

  it('says what is wrong with a result, and what may be returned', () =>
    world(async () => {
      const wrong: [unknown, string][] = [
        [undefined, 'handleCall returned undefined, which is no result. It may return { state, reply?'],
        [{ reply: 1 }, 'which has no state'],
        [{ state: [], timeOut: 1 }, 'where "timeOut" is no known key (did you mean "timeout"?)'],
        [{ state: [], next: 1 }, 'where "next" is no known key. It may'],
        [{ state: [], timeout: -1 }, 'whose timeout is no milliseconds from 0, nor Infinity'],
        [{ state: [], continue: 1, hibernate: true }, 'continue goes with neither timeout nor hibernate'],
      ]
      for (const [result, text] of wrong) {
        const server = await start(scripted())
        const { cause } = await failure(call(server, () => result))
        expect(cause).toMatchObject({ code: 'BAD_RETURN_VALUE', message: expect.stringContaining(text) })
      }
    }))

  it('refuses a reply where nobody waits for one', () =>
    world(async () => {
      for (const result of [
        { reply: 1, state: [] },
        { stop: 'normal', reply: 1, state: [] },
      ]) {
        const server = await start(scripted())
        cast(server, () => result)
        expect(await exitReason(server)).toMatchObject({ code: 'BAD_RETURN_VALUE', badReturnValue: result })
      }
    }))
})

describe('continue', () => {
  it('runs before every queued message, chained ones too, from init and from any callback', () =>
    world(async () => {
      const chain = (left: number) => ({ state: [], continue: left })
      const callbacks = scripted({
        init: () => {
          send(self(), 'queued in init')
          return chain(2)
        },
        handleContinue: (left, state) => {
          callbacks.log.push(`continue ${left}`)
          return Number(left) > 0 ? chain(Number(left) - 1) : { state }
        },
      })
      const server = await start(callbacks)
      expect(await call(server, () => ({ reply: 1, ...chain(1) }))).toBe(1)
      cast(server, function first() {
        return chain(0)
      })
      send(server, 'last')
      await getState(server)
      expect(callbacks.log.map((line) => (line.startsWith('call') ? 'call' : line))).toEqual([
        'continue 2',
        'continue 1',
        'continue 0',
        'info queued in init',
        'call',
        'continue 1',
        'continue 0',
        'cast first',
        'continue 0',
        'info last',
      ])
    }))

  it('sends the reply before it runs', () =>
    world(async (kernel) => {
      const server = await start({
        init: () => ({ state: 0 }),
        handleCall: () => ({ reply: 'now', state: 0, continue: 'work' }),
        handleContinue: async (_, state) => {
          await sleep(1_000)
          return { state: state + 1 }
        },
      })
      expect(await call(server, 'go')).toBe('now')
      await kernel.clock.advance(1_000)
      expect(await getState(server)).toBe(1)
    }))

  it('lets handleContinue receive what was queued during init', () =>
    world(async () => {
      const server = await start({
        init: () => {
          send(self(), 'queued')
          return { state: 'none', continue: 'take' }
        },
        handleContinue: async () => ({ state: await receive('queued') }),
      })
      expect(await getState(server)).toBe('queued')
    }))

  it('needs no stack for a long chain', () =>
    world(async () => {
      const server = await start({
        init: () => ({ state: 0, continue: 1 }),
        handleContinue: (n, state: number) => {
          const result: HandlerResult<number> =
            state < 100_000 ? { state: state + 1, continue: n } : { state }
          return result
        },
      })
      expect(await getState(server)).toBe(100_000)
    }))

  it('may stop', () =>
    world(async () => {
      const callbacks = scripted()
      const server = await start(callbacks)
      cast(server, () => ({ state: [], continue: () => ({ stop: 'shutdown', state: [] }) }))
      expect(await exitReason(server)).toBe('shutdown')
      expect(callbacks.log.at(-1)).toBe('terminate shutdown')
    }))
})

describe('idle time-outs', () => {
  const idling = (ms: number) =>
    scripted({ init: () => ({ state: [], timeout: ms }), handleCast: (_, state) => ({ state, timeout: ms }) })

  it('comes as the message timeout when nothing arrived', () =>
    world(async (kernel) => {
      const callbacks = idling(100)
      await start(callbacks)
      await kernel.clock.advance(99)
      expect(callbacks.log).toEqual([])
      await kernel.clock.advance(1)
      expect(callbacks.log).toEqual(['info timeout'])
      await kernel.clock.advance(1_000)
      expect(callbacks.log).toEqual(['info timeout'])
    }))

  it('is cancelled by any message', () =>
    world(async (kernel) => {
      const callbacks = idling(100)
      const server = await start(callbacks)
      await kernel.clock.advance(99)
      send(server, 'hello')
      await kernel.clock.advance(1_000)
      expect(callbacks.log).toEqual(['info hello'])
    }))

  it('starts anew with each result that asks for it', () =>
    world(async (kernel) => {
      const callbacks = idling(100)
      const server = await start(callbacks)
      await kernel.clock.advance(60)
      cast(server, 'again')
      await kernel.clock.advance(60)
      expect(callbacks.log).toEqual([])
      await kernel.clock.advance(40)
      expect(callbacks.log).toEqual(['info timeout'])
    }))

  it('starts its full time anew after a system message', () =>
    world(async (kernel) => {
      const callbacks = idling(100)
      const server = await start(callbacks)
      await kernel.clock.advance(60)
      await getState(server)
      await kernel.clock.advance(60)
      expect(callbacks.log).toEqual([])
      await kernel.clock.advance(40)
      expect(callbacks.log).toEqual(['info timeout'])
    }))

  it('loses to a queued message when it is 0', () =>
    world(async (kernel) => {
      const callbacks = scripted({
        init: () => {
          send(self(), 'queued')
          return { state: [], timeout: 0 }
        },
      })
      await start(callbacks)
      await kernel.settled()
      expect(callbacks.log).toEqual(['info queued'])
    }))

  it('comes at once when it is 0 and nothing is queued', () =>
    world(async (kernel) => {
      const callbacks = idling(0)
      await start(callbacks)
      await kernel.settled()
      expect(callbacks.log).toEqual(['info timeout'])
    }))

  it('comes before what is sent after it was asked for, when it is 0', () =>
    world(async (kernel) => {
      const callbacks = scripted({ handleCast: (_, state) => ({ state, timeout: 0 }) })
      const server = await start(callbacks)
      cast(server, 'ask')
      spawn(() => void send(server, 'later'))
      await kernel.settled()
      expect(callbacks.log).toEqual(['info timeout', 'info later'])
    }))

  it('never comes when it is Infinity', () =>
    world(async (kernel) => {
      const callbacks = idling(Number.POSITIVE_INFINITY)
      await start(callbacks)
      await kernel.clock.advance(1e9)
      expect(callbacks.log).toEqual([])
    }))

  it('does not count the time a handler takes', () =>
    world(async (kernel) => {
      const callbacks = idling(100)
      const server = await start(callbacks)
      send(server, async function slow() {
        await sleep(500)
        return { state: [], timeout: 100 }
      })
      await kernel.clock.advance(599)
      expect(callbacks.log).toEqual(['info slow'])
      await kernel.clock.advance(1)
      expect(callbacks.log).toEqual(['info slow', 'info timeout'])
    }))
})

describe('terminate', () => {
  const stops: [string, (pid: Pid) => void, ExitReason][] = [
    ['a stop from a call', (pid) => void call(pid, () => ({ stop: 'a', state: [] })).catch(() => {}), 'a'],
    ['a stop from a cast', (pid) => cast(pid, () => ({ stop: 'b', state: [] })), 'b'],
    ['a stop from a message', (pid) => void send(pid, () => ({ stop: 'c', state: [] })), 'c'],
    ['exit() in a callback', (pid) => cast(pid, () => exit('d')), 'd'],
    ['a promise that rejects', (pid) => cast(pid, () => Promise.reject('e')), 'e'],
    ['a bare throw of normal', (pid) => cast(pid, thrower('normal')), { nocatch: 'normal' }],
    ['stop()', (pid) => void stop(pid, 'f'), 'f'],
  ]
  it.each(stops)('runs once with the reason of %s', (_, act, reason) =>
    world(async () => {
      const reasons: ExitReason[] = []
      const server = await start(scripted({ terminate: (given) => void reasons.push(given) }))
      act(server)
      expect(await exitReason(server)).toEqual(reason)
      expect(reasons).toEqual([reason])
    }))

  it('gets the state that came with the stop', () =>
    world(async () => {
      const seen: unknown[] = []
      const server = await start(scripted({ terminate: (_, state) => void seen.push(state) }))
      cast(server, () => ({ stop: 'normal', state: ['last'] }))
      await exitReason(server)
      expect(seen).toEqual([['last']])
    }))

  it('runs before the reply of a stop is sent', () =>
    world(async (kernel) => {
      const order: string[] = []
      const server = await start(
        scripted({
          terminate: async () => {
            await sleep(100)
            order.push('terminated')
          },
        }),
      )
      const answered = call(server, () => ({ stop: 'normal', reply: 'bye', state: [] })).then((value) => {
        order.push(`replied ${value}, alive: ${isAlive(server)}`)
      })
      await kernel.clock.advance(100)
      await answered
      expect(order).toEqual(['terminated', 'replied bye, alive: false'])
      expect(await exitReason(server)).toBe('noproc')
    }))

  it('replies also when terminate crashed', () =>
    world(async () => {
      const server = await start(scripted({ terminate: thrower('broken') }))
      const reason = exitReason(server)
      expect(await call(server, () => ({ stop: 'normal', reply: 'bye', state: [] }))).toBe('bye')
      expect(await reason).toBe('broken')
    }))

  it.each([
    ['throws', thrower('replaced')],
    ['rejects', async () => thrower('replaced')()],
    ['exits', () => exit('replaced')],
  ])('gives its own reason when it %s', (_, terminate) =>
    world(async () => {
      const server = await start(scripted({ terminate }))
      cast(server, () => ({ stop: 'normal', state: [] }))
      expect(await exitReason(server)).toBe('replaced')
    }))

  it.each([
    'normal',
    'shutdown',
    'boom',
  ])('runs when the parent exits %s, if the server traps exits', (reason) =>
    world(async () => {
      const callbacks = scripted({ init: trapping })
      const tester = self()
      const parent = spawn(async () => {
        send(tester, await startLink(callbacks))
        await receive('end')
        exit(reason)
      })
      const ended = exitReason(await receive((message) => message instanceof Pid))
      send(parent, 'end')
      expect(await ended).toBe(reason)
      expect(callbacks.log).toEqual([`terminate ${reason}`])
    }))

  it('does not run when an exit signal ends a server that does not trap exits', () =>
    world(async () => {
      const callbacks = scripted()
      const server = await start(callbacks)
      const ended = exitReason(server)
      exit(server, 'shutdown')
      expect(await ended).toBe('shutdown')
      expect(callbacks.log).toEqual([])
    }))

  it('does not run for kill', () =>
    world(async () => {
      const callbacks = scripted({ init: trapping })
      const server = await start(callbacks)
      const ended = exitReason(server)
      exit(server, 'kill')
      expect(await ended).toBe('killed')
      expect(callbacks.log).toEqual([])
    }))

  it('does not run for an EXIT of another than the parent: that is a message', () =>
    world(async () => {
      const seen: unknown[] = []
      const server = await startLink(
        scripted({
          init: trapping,
          handleInfo: (message, state) => {
            seen.push(message)
            return { state }
          },
        }),
      )
      const stranger = spawn(() => void exit(server, 'boo'))
      await exitReason(stranger)
      await getState(server)
      expect(seen).toMatchObject([{ tag: 'EXIT', from: stranger, reason: 'boo' }])
    }))

  it('takes no EXIT for an order when it was started without a link', () =>
    world(async () => {
      const callbacks = scripted({ init: trapping })
      const server = await start(callbacks)
      exit(server, 'please')
      await getState(server)
      expect(callbacks.log).toEqual(['info [object Object]'])
    }))

  it('does not run for a server killed while a callback waits', () =>
    world(async (kernel) => {
      const callbacks = scripted()
      const server = await start(callbacks)
      cast(server, async function waiting() {
        await sleep(1_000)
        return { stop: 'late', state: [] }
      })
      await kernel.settled()
      const ended = exitReason(server)
      exit(server, 'kill')
      expect(await ended).toBe('killed')
      await kernel.clock.advance(2_000)
      expect(callbacks.log).toEqual(['cast waiting'])
    }))

  it('nor do continuations, when the callback that asks for them outlives the server', () =>
    world(async (kernel) => {
      const callbacks = scripted()
      const server = await start(callbacks)
      let finish: (result: unknown) => void = () => {}
      cast(server, function waiting() {
        return new Promise((resolve) => {
          finish = resolve
        })
      })
      await kernel.settled()
      exit(server, 'kill')
      finish({ continue: 'late', state: [] })
      await kernel.settled()
      expect(callbacks.log).toEqual(['cast waiting'])
    }))

  it('is cut short by kill', () =>
    world(async (kernel) => {
      const server = await start(scripted({ terminate: () => sleep(10_000) }))
      cast(server, () => ({ stop: 'slowly', state: [] }))
      await kernel.settled()
      const ended = exitReason(server)
      exit(server, 'kill')
      expect(await ended).toBe('killed')
      await kernel.clock.advance(20_000)
      expect(kernel.reportsOf('server')).toEqual([])
    }))
})

describe('what has no callback', () => {
  const bare: Callbacks<number> = { init: () => ({ state: 1 }) }

  it.each([
    ['call', 'handleCall', (pid: Pid) => void call(pid, 'x').catch(() => {})],
    ['cast', 'handleCast', (pid: Pid) => cast(pid, 'x')],
  ])('a %s crashes the server and says what is missing', (_, callback, act) =>
    world(async () => {
      const server = await start(bare)
      act(server)
      expect(await exitReason(server)).toMatchObject({ code: 'CALLBACK_MISSING', details: { callback } })
    }))

  it('a continuation crashes the server', () =>
    world(async () => {
      const server = await start({ ...bare, handleCast: (_, state) => ({ state, continue: 'x' }) })
      cast(server, 'continue')
      expect(await exitReason(server)).toMatchObject({
        code: 'CALLBACK_MISSING',
        details: { callback: 'handleContinue' },
      })
    }))

  it('a message is reported as a warning and dropped', () =>
    world(async (kernel) => {
      const server = await start(bare, undefined, { name: 'bare' })
      send(server, { odd: true })
      expect(await getState(server)).toBe(1)
      expect(kernel.reports).toMatchObject([
        { level: 'warn', kind: 'server', pid: server, name: 'bare', lastMessage: { odd: true } },
      ])
    }))
})

describe('delayed replies', () => {
  it('come from any process, once', () =>
    world(async () => {
      const server = await start({
        init: () => ({ state: 0 }),
        handleCall: (_, from, state) => {
          spawn(() => {
            reply(from, 'first')
            reply(from, 'second')
          })
          return { state }
        },
      })
      expect(await call(server, 'x')).toBe('first')
      expect(await next()).toBe('nothing')
    }))

  it('are dropped when they come too late', () =>
    world(async (kernel) => {
      const server = await start({
        init: () => ({ state: 0 }),
        handleCall: async (_, from, state) => {
          await sleep(100)
          reply(from, 'late')
          return { state }
        },
      })
      const late = failure(call(server, 'x', 50))
      await kernel.clock.advance(100)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(await next()).toBe('nothing')
    }))
})

describe('receive inside a callback', () => {
  it('takes from the same mailbox and leaves the rest in its order', () =>
    world(async () => {
      const callbacks = scripted()
      const server = await start(callbacks)
      send(server, async function waits() {
        return { state: [String(await receive('wanted'))] }
      })
      send(server, 'one')
      send(server, 'wanted')
      send(server, 'two')
      await getState(server)
      expect(callbacks.log).toEqual(['info waits', 'info one', 'info two'])
    }))
})

function thrower(value: unknown): () => never {
  return () => {
    throw value
  }
}

function trapping(): { state: string[] } {
  trapExit(true)
  return { state: [] }
}
