import { describe, expect, it } from 'vitest'
import {
  call,
  cast,
  defineMachine,
  defineServer,
  multiCall,
  reply,
  start,
  startServer,
  stateMachine,
  sys,
} from '../../src/genserver/index.js'
import { exitReason, failure, world } from './world.js'

class Shop {
  price(): number {
    return 1
  }
}
defineServer(Shop, { calls: ['price'] })
const plain = { init: () => ({ state: 0 }), handleCall: () => ({ reply: 1, state: 0 }) }
const wrong = (value: unknown) => value as never
const table = (given: unknown) => () => defineServer(class Own extends Shop {}, wrong(given))
const machine = (given: unknown) => () =>
  defineMachine(
    class {
      state = 'a'
      go() {}
    },
    wrong(given),
  )

/** What a caller without a compiler may write, and the code that refuses it. */
const MISTAKES: Readonly<Record<string, readonly [string, () => unknown]>> = {
  'call(…, null)': ['BAD_OPTION', async () => call(await start(plain), 1, wrong(null))],
  'call(…, { timeout: null })': [
    'BAD_TIMEOUT',
    async () => call(await start(plain), 1, wrong({ timeout: null })),
  ],
  'with({ timout })': ['BAD_OPTION', async () => (await start(Shop)).with(wrong({ timout: 5 }))],
  'start(…, { nam })': ['BAD_OPTION', () => start(Shop, undefined, wrong({ nam: 'x' }))],
  'start(…, { link })': ['BAD_OPTION', () => start(Shop, undefined, wrong({ link: true }))],
  'startServer(…, { lnk })': ['BAD_OPTION', () => startServer(Shop, undefined, wrong({ lnk: true }))],
  'defineServer(C, null)': ['BAD_OPTION', table(null)],
  'defineServer(C, { call })': ['BAD_OPTION', table({ call: ['price'] })],
  'defineServer(C, { calls: text })': ['BAD_OPTION', table({ calls: 'price' })],
  'defineServer(C, { infos: [{ patern }] })': [
    'BAD_OPTION',
    table({ infos: [{ patern: 'x', method: 'price' }] }),
  ],
  'defineServer(C, { concurrent: [{ limt }] })': [
    'BAD_OPTION',
    table({ concurrent: [{ method: 'price', limt: 3 }] }),
  ],
  'defineMachine(C, { handlrs })': ['BAD_OPTION', machine({ handlrs: [] })],
  'defineMachine(C, {})': ['BAD_OPTION', machine({})],
  'defineMachine(C, { handlers: [{ state }] })': [
    'BAD_OPTION',
    machine({ handlers: [{ on: 'call', method: 'go', state: ['a'] }] }),
  ],
  'defineMachine(C, { handlers: [{ postpone }] })': [
    'BAD_OPTION',
    machine({ handlers: [{ on: 'call', method: 'go', postpone: ['a'] }] }),
  ],
  'sys.install(server, 5)': ['NOT_A_FUNCTION', async () => sys.install(await start(plain), wrong(5))],
  'sys.trace(server, text)': ['BAD_OPTION', async () => sys.trace(await start(plain), wrong('x'))],
  'sys.log(server, text)': ['BAD_OPTION', async () => sys.log(await start(plain), wrong('yes'))],
  'sys.statistics(server, {})': ['BAD_OPTION', async () => sys.statistics(await start(plain), wrong({}))],
  'multiCall(undefined)': ['BAD_OPTION', () => multiCall(wrong(undefined), wrong('price'))],
  'reply({}, 1)': ['FROM_INVALID', () => reply(wrong({}), 1)],
}

describe('what is misspelt or of a wrong type', () => {
  it.each(Object.entries(MISTAKES))('is refused: %s', (_, [code, act]) =>
    world(async () => {
      expect((await failure(() => act())).code).toBe(code)
    }))

  it('is named with what may be meant', () =>
    expect(table({ call: ['price'] })).toThrow('does not know the option call'))

  it('is no other time-out of a machine', () =>
    world(async () => {
      for (const step of [
        { actions: { timeout: 9_000, nam: 'x' } },
        { actions: [{ stateTimeout: 9_000, contnt: 'c' }] },
        { actions: { postpone: true, nextevent: {} } },
      ]) {
        const pid = await start(
          stateMachine({ init: () => ({ state: 'only', data: 0 }), states: { only: () => wrong(step) } }),
        )
        cast(pid, 'go')
        expect(await exitReason(pid)).toHaveProperty('badActionFromStateFunction')
      }
      const pid = await start(
        stateMachine({ init: () => ({ state: 'only', data: 0 }), states: { only: () => wrong(undefined) } }),
      )
      cast(pid, 'go')
      expect(await exitReason(pid)).toMatchObject({
        badReturnFromStateFunction: expect.stringContaining('undefined'),
      })
    }))

  it('gives a ref a time-out as a number, as call takes it', () =>
    world(async () => {
      expect(await (await start(Shop)).with(500).call.price()).toBe(1)
    }))
})
