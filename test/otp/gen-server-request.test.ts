import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  cast,
  checkResponse,
  defineServer,
  type From,
  RequestCollection,
  type RequestId,
  receiveResponse,
  ref,
  reply,
  type ServerRef,
  sendRequest,
  start,
  stop,
  waitResponse,
} from '../../src/genserver/index.js'
import { currentKernel, isDown, receive, self, send, sleep, spawn } from '../../src/kernel/index.js'
import { failure, next, world } from '../genserver/world.js'

/** Cases named after OTP's gen_server_SUITE: send_request and what waits for its answer. */
const server: Callbacks<From[]> = {
  init: () => ({ state: [] }),
  handleCall: (request, from, waiting) => {
    if (request === 'stop') return { stop: 'shutdown', state: waiting }
    if (request === 'ping') return { reply: 'pong', state: waiting }
    if (typeof request === 'number') {
      return { state: waiting, concurrently: () => sleep(request).then(() => request) }
    }
    return { state: [...waiting, from] }
  },
  handleCast: (answer, waiting) => {
    for (const from of waiting) reply(from, answer)
    return { state: [] }
  },
}

describe('gen_server_SUITE', () => {
  it('send_request: is answered by a message, which is received, waited for, or checked', () =>
    world(async (kernel) => {
      const pid = await start(server, undefined, { name: 'server' })
      for (const to of [pid, 'server', { name: 'server', node: kernel.node }] as ServerRef[]) {
        expect(await receiveResponse(sendRequest(to, 'ping'))).toEqual({ reply: 'pong' })
        expect(await waitResponse(sendRequest(to, 'ping'), 5_000)).toEqual({ reply: 'pong' })
        const request = sendRequest(to, 'ping')
        expect(checkResponse('something else', request)).toBe('no_reply')
        expect(checkResponse(await receive(), request)).toEqual({ reply: 'pong' })
      }
      expect(await next()).toBe('nothing')
    }))

  it('send_request: errors are those of a call', () =>
    world(async () => {
      const dead = await start(server)
      await stop(dead)
      for (const nobody of [dead, 'nobody']) {
        expect(await receiveResponse(sendRequest(nobody, 'ping'))).toMatchObject({
          error: { code: 'CALL_NOPROC', details: { server: nobody, request: 'ping', reason: 'noproc' } },
        })
      }
      const pid = await start(server)
      expect(await waitResponse(sendRequest(pid, 'stop'))).toMatchObject({
        error: { code: 'CALL_SERVER_EXITED', details: { server: pid, reason: 'shutdown' } },
      })
      const request = sendRequest(pid, 'late')
      const down = await receive(isDown)
      expect(checkResponse(down, request)).toMatchObject({ error: { code: 'CALL_NOPROC' } })
      expect(() => sendRequest({ name: 'server', node: 'far@away' }, 'ping')).toThrow(
        expect.objectContaining({ code: 'NODE_UNKNOWN' }),
      )
      expect(await next()).toBe('nothing')
    }))

  it('send_request: received too late it is abandoned, waited for too long it stays', () =>
    world(async (kernel) => {
      const pid = await start(server)
      const waited = sendRequest(pid, 'wait')
      expect(await waitResponse(waited, 0)).toBe('timeout')
      const late = waitResponse(waited, 10)
      await kernel.clock.advance(10)
      expect(await late).toBe('timeout')
      cast(pid, 'answer')
      expect(await waitResponse(waited)).toEqual({ reply: 'answer' })

      const abandoned = sendRequest(pid, 'wait')
      const over = receiveResponse(abandoned, { timeout: currentKernel().now() + 10, abs: true })
      await kernel.clock.advance(10)
      expect(await over).toBe('timeout')
      cast(pid, 'too late')
      await kernel.settled()
      expect(await next()).toBe('nothing')
      expect(await failure(receiveResponse(abandoned))).toMatchObject({ code: 'REQUEST_OVER' })
    }))

  it('send_request: keeps its place among all that comes from the server', () =>
    world(async () => {
      const me = self()
      const ordered: Callbacks<0> = {
        init: () => ({ state: 0 }),
        handleCall: (_request, from, state) => {
          send(me, 'before')
          reply(from, 'the answer')
          send(me, 'after')
          return { state }
        },
      }
      const request = sendRequest(await start(ordered), 'x')
      const [first, second, third] = [await receive(), await receive(), await receive()]
      expect([first, third]).toEqual(['before', 'after'])
      expect(checkResponse(second, request)).toEqual({ reply: 'the answer' })
    }))

  it('send_request: is for who sent it, and for what was sent', () =>
    world(async () => {
      const pid = await start(server)
      const request = sendRequest(pid, 'ping')
      const code = new Promise((resolve) => {
        spawn(async () => resolve((await failure(receiveResponse(request))).code))
      })
      expect(await code).toBe('REQUEST_NOT_YOURS')
      const nothing = 'x' as unknown as RequestId
      expect(await failure(waitResponse(nothing))).toMatchObject({ code: 'REQUEST_INVALID' })
      expect(() => checkResponse('x', nothing)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
      expect(await failure(receiveResponse(request, -1))).toMatchObject({ code: 'BAD_TIMEOUT' })
      expect(await receiveResponse(request)).toEqual({ reply: 'pong' })
    }))

  it('send_request: typed, by a ref', () =>
    world(async () => {
      class Adder {
        add(a: number, b: number): number {
          return a + b
        }
        reset(): void {}
      }
      defineServer(Adder, { calls: ['add'], casts: ['reset'] })
      const adder = await start(Adder)
      const answer = await receiveResponse(adder.request.add(1, 2))
      expect(answer).toEqual({ reply: 3 })
      expect(await failure(() => ref(Adder, adder).request.reset())).toMatchObject({ code: 'NOT_CALLABLE' })
    }))

  it('send_request_receive_reqid_collection: with labels; a time-out abandons all', () =>
    world(async (kernel) => {
      const pid = await start(server)
      const requests = new RequestCollection<string>()
      expect(await receiveResponse(requests)).toBe('no_request')
      for (const ms of [30, 10, 20]) sendRequest(pid, ms, `${ms} ms`, requests)
      expect(requests.size).toBe(3)
      const [first] = requests.toList()
      expect(first?.[1]).toBe('30 ms')
      expect(() => requests.add(first?.[0] as RequestId, 'again')).toThrow(
        expect.objectContaining({ code: 'REQUEST_ADDED' }),
      )
      for (const ms of [10, 20]) {
        const answer = receiveResponse(requests, 1_000)
        await kernel.clock.advance(10)
        expect(await answer).toMatchObject({ reply: ms, label: `${ms} ms` })
      }
      expect(requests.size).toBe(1)
      const late = receiveResponse(requests, { timeout: currentKernel().now() + 5, abs: true })
      await kernel.clock.advance(5)
      expect(await late).toBe('timeout')
      expect(requests.size).toBe(0)
      await kernel.clock.advance(100)
      expect(await next()).toBe('nothing')

      sendRequest('nobody', 'ping', 'error', requests)
      expect(await receiveResponse(requests)).toMatchObject({
        label: 'error',
        error: { code: 'CALL_NOPROC' },
      })
      sendRequest(pid, 'ping', 'kept', requests)
      expect(await receiveResponse(requests, { delete: false })).toMatchObject({ label: 'kept' })
      expect(requests.size).toBe(1)
      expect(await receiveResponse(requests)).toBe('no_request')
    }))

  it('a request of a collection that is answered, or abandoned, by itself leaves the collection', () =>
    world(async (kernel) => {
      const pid = await start(server)
      const requests = new RequestCollection<string>()
      const answered = sendRequest(pid, 'ping', 'answered', requests)
      const abandoned = sendRequest(pid, 'wait', 'abandoned', requests)
      expect(await receiveResponse(answered)).toMatchObject({ reply: 'pong' })
      const late = receiveResponse(abandoned, 5)
      await kernel.clock.advance(5)
      expect(await late).toBe('timeout')
      let turns = 0
      for (; requests.size > 0; turns++) expect(await receiveResponse(requests)).toBe('no_request')
      expect(turns).toBe(1)
    }))

  it('send_request_wait_reqid_collection: a time-out keeps the requests', () =>
    world(async (kernel) => {
      const pid = await start(server)
      const requests = new RequestCollection<number>()
      for (const ms of [20, 10]) requests.add(sendRequest(pid, ms), ms)
      const late = waitResponse(requests, 5)
      await kernel.clock.advance(5)
      expect(await late).toBe('timeout')
      expect(requests.size).toBe(2)
      await kernel.clock.advance(100)
      expect(await waitResponse(requests, 0)).toMatchObject({ reply: 10, label: 10 })
      expect(await waitResponse(requests)).toMatchObject({ reply: 20, label: 20 })
      expect(await waitResponse(requests)).toBe('no_request')
    }))

  it('send_request_check_reqid_collection: the same by messages taken by hand', () =>
    world(async (kernel) => {
      const pid = await start(server)
      const requests = new RequestCollection<string>()
      expect(checkResponse('x', requests)).toBe('no_request')
      for (const ms of [20, 10]) sendRequest(pid, ms, String(ms), requests)
      sendRequest('nobody', 'ping', 'error', requests)
      await kernel.clock.advance(20)
      expect(checkResponse('x', requests)).toBe('no_reply')
      const labels: unknown[] = []
      while (requests.size > 0) {
        const answer = checkResponse(await receive(), requests)
        if (typeof answer === 'object') labels.push([answer.label, answer.reply ?? answer.error?.code])
      }
      expect(labels).toEqual([
        ['error', 'CALL_NOPROC'],
        ['10', 10],
        ['20', 20],
      ])
    }))

  it('send_request_receive_reqid_collection: what many answers cost grows as their number', () =>
    world(async (kernel) => {
      const pid = await start(server)
      const cost = async (count: number): Promise<number> => {
        const requests = new RequestCollection<number>()
        let looks = 0
        for (let n = 0; n < count; n++) {
          const request = sendRequest(pid, 'ping', n, requests)
          let over = false
          Object.defineProperty(request, 'over', {
            get: () => {
              looks++
              return over
            },
            set: (value: boolean) => {
              over = value
            },
          })
        }
        await kernel.settled()
        while (requests.size > 0) await receiveResponse(requests)
        return looks
      }
      expect(await cost(400)).toBeLessThanOrEqual(2 * (await cost(200)))
    }))
})
