import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, it } from 'vitest'
import {
  CallRequest,
  Exit,
  exit,
  type HandlerEvent,
  KERNEL_CHANNELS,
  type Kernel,
  type Pid,
  self,
  send,
  sendAfter,
  spawn,
} from '../../src/kernel/index.js'
import { inWorld } from './world.js'

type Name = keyof typeof KERNEL_CHANNELS
type Event = { readonly kernel: Kernel } & Record<string, unknown>

/** What is published on some channels while `body` runs. */
async function heard(kernel: Kernel, names: readonly Name[], body: () => unknown): Promise<[Name, Event][]> {
  const events: [Name, Event][] = []
  const listeners = names.map((name) => {
    const hear = (event: unknown): void => {
      if ((event as Event).kernel === kernel) events.push([name, { ...(event as Event) }])
    }
    subscribe(KERNEL_CHANNELS[name], hear)
    return () => unsubscribe(KERNEL_CHANNELS[name], hear)
  })
  try {
    await body()
    await kernel.settled()
  } finally {
    for (const forget of listeners) forget()
  }
  return events
}

it('have stable names', () => {
  expect(KERNEL_CHANNELS).toEqual({
    spawn: 'heartwood.process.spawn',
    exit: 'heartwood.process.exit',
    delivery: 'heartwood.message.delivery',
    deadLetter: 'heartwood.message.dead',
    discard: 'heartwood.message.discard',
    handlerStart: 'heartwood.handler.start',
    handlerEnd: 'heartwood.handler.end',
    callStart: 'heartwood.call.start',
    callEnd: 'heartwood.call.end',
    terminateStart: 'heartwood.terminate.start',
    terminateEnd: 'heartwood.terminate.end',
  })
})

it(
  'tell of each process that is made, and of each that is dead, with its name and why',
  inWorld(async ({ kernel }) => {
    let pid: Pid | undefined
    const events = await heard(kernel, ['spawn', 'exit'], () => {
      pid = spawn(() => exit('enough'), { name: 'brief', label: 'a label' })
    })
    expect(events).toEqual([
      ['spawn', { kernel, pid, parent: self() }],
      ['exit', { kernel, pid, name: 'brief', label: 'a label', reason: 'enough' }],
    ])
  }),
)

it(
  'tell of each message that reaches nobody',
  inWorld(async ({ kernel }) => {
    const dead = spawn(() => {})
    await kernel.settled()
    const events = await heard(kernel, ['deadLetter'], () => {
      send(dead, 'hello')
      send({ name: 'nobody', node: kernel.node }, 'hi')
      kernel.send(dead, 'for the kernel')
    })
    expect(events.map(([, { from, to, message }]) => [from, to, message])).toEqual([
      [self(), dead, 'hello'],
      [self(), { name: 'nobody', node: kernel.node }, 'hi'],
      [self(), dead, 'for the kernel'],
    ])
    expect(kernel.deadLetters).toBe(3)
  }),
)

it(
  'tell of each delivery and of the handler that comes of it, by one token, and of no sender for a timer',
  inWorld(async ({ kernel, clock }) => {
    const pid = kernel.spawnBehaviour({ handle: () => {} })
    const events = await heard(kernel, ['delivery', 'handlerStart', 'handlerEnd'], async () => {
      send(pid, 'one')
      sendAfter(10, pid, 'later')
      await clock.advance(10)
    })
    expect(events.map(([name, { message, from }]) => [name, message, from])).toEqual([
      ['delivery', 'one', self()],
      ['handlerStart', 'one', undefined],
      ['handlerEnd', 'one', undefined],
      ['delivery', 'later', undefined],
      ['handlerStart', 'later', undefined],
      ['handlerEnd', 'later', undefined],
    ])
    const tokens = events.map(([, { delivery }]) => delivery)
    expect(new Set(tokens.slice(0, 3)).size).toBe(1)
    expect(new Set(tokens).size).toBe(2)
  }),
)

it(
  'tell of the end of an async handler when it is done, and of the reason when it fails',
  inWorld(async ({ kernel }) => {
    const pid = kernel.spawnBehaviour({
      handle: async (message) => {
        await kernel.settled()
        if (message === 'fail') throw new RangeError('too far')
      },
    })
    const sync = kernel.spawnBehaviour({ handle: () => exit('over') })
    const events = await heard(kernel, ['handlerStart', 'handlerEnd'], async () => {
      send(pid, 'work')
      send(pid, 'fail')
      send(sync, 'end')
      await kernel.settled()
      await kernel.settled()
    })
    const ends = events.filter(([name]) => name === 'handlerEnd')
    expect(ends.map(([, { message, failure }]) => [message, failure])).toEqual([
      ['end', { reason: 'over' }],
      ['work', undefined],
      ['fail', { reason: new RangeError('too far') }],
    ])
    expect([kernel.isAlive(pid), kernel.isAlive(sync)]).toEqual([false, false])
  }),
)

it(
  'let a subscriber run the handler inside something of its own',
  inWorld(async ({ kernel }) => {
    const order: unknown[] = []
    const pid = kernel.spawnBehaviour({ handle: (message) => void order.push(message) })
    const wrap = (event: unknown): void => {
      const handler = event as HandlerEvent
      const { run } = handler
      handler.run = () => {
        order.push('before')
        const result = run()
        order.push('after')
        return result
      }
    }
    subscribe(KERNEL_CHANNELS.handlerStart, wrap)
    try {
      send(pid, 'the message')
      await kernel.settled()
    } finally {
      unsubscribe(KERNEL_CHANNELS.handlerStart, wrap)
    }
    expect(order).toEqual(['before', 'the message', 'after'])
  }),
)

it(
  'tell of each call from its sending to its answer, and of those that fail or are refused',
  inWorld(async ({ kernel, clock }) => {
    const server = kernel.spawnBehaviour(
      {
        handle: async (message) => {
          await kernel.settled()
          if (message instanceof CallRequest && message.payload === 'answer') message.reply(42)
          if (message instanceof CallRequest && message.payload === 'die') exit('dead')
        },
      },
      { name: 'server' },
    )
    const events = await heard(kernel, ['callStart', 'callEnd'], async () => {
      expect(await kernel.request('server', 'answer')).toBe(42)
      const late = kernel.request(server, 'ignore', { timeout: 100 })
      await Promise.all([expect(late).rejects.toMatchObject({ code: 'CALL_TIMEOUT' }), clock.advance(100)])
      await expect(kernel.request(server, 'die')).rejects.toMatchObject({ code: 'CALL_SERVER_EXITED' })
      await expect(kernel.request('server', 'again')).rejects.toMatchObject({ code: 'CALL_NOPROC' })
    })
    const told = events.map(([name, { server, request, call, error }]) => [
      ...[name, server, request, call instanceof CallRequest],
      (error as { code?: string } | undefined)?.code,
    ])
    expect(told).toEqual([
      ['callStart', 'server', 'answer', true, undefined],
      ['callEnd', 'server', 'answer', true, undefined],
      ['callStart', server, 'ignore', true, undefined],
      ['callEnd', server, 'ignore', true, 'CALL_TIMEOUT'],
      ['callStart', server, 'die', true, undefined],
      ['callEnd', server, 'die', true, 'CALL_SERVER_EXITED'],
      ['callStart', 'server', 'again', false, undefined],
      ['callEnd', 'server', 'again', false, 'CALL_NOPROC'],
    ])
    expect(events.every(([, { from }]) => from === self())).toBe(true)
  }),
)

it.each([
  ['at once', (): Exit => new Exit('over')],
  ['later', async (): Promise<Exit> => new Exit('over')],
])('tell of a process that ends by what its handler gives %s', (_, handle) =>
  inWorld(async ({ kernel, reports }) => {
    const pid = kernel.spawnBehaviour({ handle })
    const ends = async (): Promise<void> => {
      send(pid, 'x')
      await kernel.settled()
    }
    const events = await heard(kernel, ['handlerStart', 'handlerEnd', 'exit'], ends)
    expect(events).toMatchObject([
      ['handlerStart', { pid }],
      ['handlerEnd', { pid, failure: { reason: 'over' } }],
      ['exit', { pid, reason: 'over' }],
    ])
    expect(reports).toMatchObject([{ kind: 'crash', pid, reason: 'over' }])
    expect(kernel.isAlive(pid)).toBe(false)
  })())
