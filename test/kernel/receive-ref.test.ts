import { describe, expect, it } from 'vitest'
import { Reference, receive, receiveRef, self, send } from '../../src/kernel/index.js'
import { inWorld } from './world.js'

describe('receives by reference', () => {
  const answer = (ref: Reference, value: unknown) => ({ ref, value })
  type Answer = ReturnType<typeof answer>
  const any = { matches: () => true, handle: undefined }
  const value = (message: Answer) => message.value

  it(
    'many at once look at each message once',
    inWorld(async () => {
      const cost = async (count: number): Promise<number> => {
        const refs = Array.from({ length: count }, () => new Reference())
        let looks = 0
        const clause = {
          matches: () => {
            looks++
            return true
          },
          handle: value,
        }
        const all = Promise.all(refs.map((ref) => receiveRef(ref, clause)))
        for (const ref of [...refs].reverse()) send(self(), answer(ref, ref.id))
        expect(await all).toEqual(refs.map(({ id }) => id))
        return looks
      }
      expect(await cost(3_000)).toBe(3_000)
    }),
  )

  it(
    'leave what is for others, in its order, and take turns with other receives',
    inWorld(async () => {
      const [one, two] = [new Reference(), new Reference()]
      const before = receive({ value: 'b' })
      const [first, second] = [receiveRef(one, any), receiveRef(two, any)]
      const after = receive({ value: 'c' })
      const again = receiveRef(one, any)
      for (const message of [
        'x',
        answer(two, 'a'),
        answer(one, 'b'),
        answer(one, 'c'),
        answer(one, 'd'),
        'y',
      ])
        send(self(), message)
      const taken = await Promise.all([before, first, second, again])
      expect(taken.map((message) => (message as Answer).value)).toEqual(['b', 'c', 'a', 'd'])
      send(self(), { value: 'c' })
      expect(await after).toEqual({ value: 'c' })
      expect([await receive(), await receive()]).toEqual(['x', 'y'])
    }),
  )

  it(
    'end by their time-outs one by one, but a message that was there is no late one',
    inWorld(async ({ clock }) => {
      const [one, two, three] = [new Reference(), new Reference(), new Reference()]
      send(self(), answer(three, 'there'))
      const late = { timeout: 10, onTimeout: () => 'late' }
      const all = [
        receiveRef(one, any, late),
        receiveRef(two, any, { ...late, timeout: 20 }),
        receiveRef(three, any, { timeout: 0 }),
        receiveRef(new Reference(), any, { timeout: 0, onTimeout: () => 'none' }),
      ]
      await clock.advance(15)
      send(self(), answer(two, 'in time'))
      expect(await Promise.all(all)).toMatchObject(['late', { value: 'in time' }, { value: 'there' }, 'none'])
    }),
  )

  it(
    'that throw fail alone',
    inWorld(async () => {
      const [one, two] = [new Reference(), new Reference()]
      const wrong = receiveRef(one, {
        matches: () => {
          throw new Error('guard')
        },
        handle: undefined,
      }).catch((error: Error) => error.message)
      const right = receiveRef(two, any)
      for (const ref of [one, two]) send(self(), answer(ref, 1))
      expect([await wrong, await right]).toMatchObject(['guard', { value: 1 }])
    }),
  )
})
