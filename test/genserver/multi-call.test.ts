import { describe, expect, it } from 'vitest'
import { abcast, defineServer, getState, multiCall, type Ref, ref, start } from '../../src/genserver/index.js'
import { isAlive, type Pid, sleep } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

class Shop {
  open = 0
  price(item: string, count = 1): number {
    return item.length * count
  }
  name(): string {
    return 'shop'
  }
  async late(): Promise<string> {
    await sleep(100)
    return 'late'
  }
  close(hour: number): void {
    this.open = hour
  }
  helper(): void {}
}
defineServer(Shop, { calls: ['price', 'name', 'late'], casts: ['close'] })

class Anything {
  seen: unknown[] = []
  price(): number {
    return 0
  }
  handleCall(request: unknown): unknown {
    return request
  }
  handleCast(request: unknown): void {
    this.seen.push(request)
  }
}
defineServer(Anything, { calls: ['price'] })

const shops = async (): Promise<Ref<Shop>[]> => [await start(Shop), await start(Shop)]
const openings = async (refs: Ref<Shop>[]) =>
  Promise.all(refs.map(async (it) => ((await getState(it)) as Shop).open))

describe('multiCall of typed refs', () => {
  it('calls a method of each with its arguments, and gives the replies', () =>
    world(async () => {
      const refs = await shops()
      expect(await multiCall(refs, 'price', ['tea', 2])).toEqual({
        replies: refs.map((server) => ({ server, reply: 6 })),
        failed: [],
      })
      expect((await multiCall(refs, 'name')).replies.map(({ reply }) => reply)).toEqual(['shop', 'shop'])
    }))

  it('takes options after the arguments, and tells who failed', () =>
    world(async (kernel) => {
      const [near] = (await shops()) as [Ref<Shop>]
      const gone = ref(Shop, 'gone')
      const outcome = multiCall([near, gone], 'late', [], 50)
      await kernel.clock.advance(50)
      expect((await outcome).failed).toMatchObject([
        { server: near, error: { code: 'CALL_TIMEOUT', details: { request: 'late' } } },
        { server: gone, error: { code: 'CALL_NOPROC' } },
      ])
    }))

  it('refuses a method that is no call of one of the classes before anything is sent', () =>
    world(async () => {
      const refs = await shops()
      for (const wrong of ['prise', 'helper', 'close', 'terminate', 'constructor', 'then', 'toString', 5]) {
        expect(await failure(multiCall(refs, wrong as 'name'))).toMatchObject({
          code: 'NOT_CALLABLE',
          details: { class: 'Shop' },
        })
      }
      expect(refs.map(({ pid }) => isAlive(pid as Pid))).toEqual([true, true])
    }))

  it('leaves a request to a class that handles any, where it is none of its methods', () =>
    world(async () => {
      const server = await start(Anything)
      const replies = async (request: unknown) =>
        (await multiCall([server], request as string)).replies.map(({ reply }) => reply)
      expect(await replies('price')).toEqual([0])
      expect(await replies('other')).toEqual(['other'])
      expect(await replies({ any: 1 })).toEqual([{ any: 1 }])
    }))

  it('has no arguments for what it knows no methods of', () =>
    world(async () => {
      const plain = await start({ init: () => ({ state: 0 }) })
      const call = multiCall as (...args: unknown[]) => Promise<unknown>
      expect(await failure(call([plain], 'price', ['tea']))).toMatchObject({
        code: 'BAD_OPTION',
        details: { action: 'multiCall', option: 'arguments', value: ['tea'] },
      })
      expect(await failure(call([plain], 'price', { deadline: 5 }))).toMatchObject({ code: 'BAD_OPTION' })
      expect(isAlive(plain)).toBe(true)
    }))

  it.each([[null], [undefined], [5], [{}]])('refuses %s among the servers, and names it', (wrong) =>
    world(async () => {
      const [near] = await shops()
      const call = multiCall as (...args: unknown[]) => Promise<unknown>
      const invalid = { code: 'SERVER_REF_INVALID', details: { action: 'multiCall', value: wrong } }
      expect(await failure(call([near, wrong], 'price', ['tea']))).toMatchObject(invalid)
      expect(await failure(call([near, wrong], 'name'))).toMatchObject(invalid)
    }))
})

describe('abcast to typed refs', () => {
  it('sends nothing when one of the servers is none', () =>
    world(async () => {
      const refs = await shops()
      const tell = abcast as (...args: unknown[]) => void
      for (const args of [['close', [9]], [{ any: 1 }]])
        expect(await failure(() => tell([...refs, null], ...args))).toMatchObject({
          code: 'SERVER_REF_INVALID',
        })
      expect(await openings(refs)).toEqual([0, 0])
    }))

  it('casts a method of each with its arguments', () =>
    world(async () => {
      const refs = await shops()
      abcast([...refs, ref(Shop, 'gone')], 'close', [9])
      expect(await openings(refs)).toEqual([9, 9])
    }))

  it('refuses a method that is no cast of one of the classes before anything is sent', () =>
    world(async () => {
      const refs = await shops()
      for (const wrong of ['price', 'helper', 'clos']) {
        expect(await failure(() => abcast(refs, wrong as 'helper'))).toMatchObject({ code: 'NOT_CASTABLE' })
      }
      const server = await start(Anything)
      abcast([server], 'other' as never)
      expect(((await getState(server)) as Anything).seen).toEqual(['other'])
      expect(await openings(refs)).toEqual([0, 0])
    }))
})
