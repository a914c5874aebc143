import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CallRequest, type Kernel, processSignal, spawn } from '../../src/kernel/index.js'
import { codeOf, inWorld } from './world.js'

const warnings: string[] = []
const warned = (warning: Error): void => {
  warnings.push(warning.message)
}
/** Node tells of a warning in a tick of its own. */
const told = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => {
  process.on('warning', warned)
})
afterEach(() => {
  process.off('warning', warned)
  warnings.length = 0
})

/** A server that keeps its calls. */
function keeper(kernel: Kernel, kept: CallRequest[]) {
  return kernel.spawnBehaviour({
    handle(message) {
      kept.push(message as CallRequest)
    },
  })
}

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('an AbortSignal that many wait for', () => {
  it(
    'has one listener of ours, and none when nobody waits any more',
    inWorld(async ({ kernel }) => {
      const kept: CallRequest[] = []
      const pid = keeper(kernel, kept)
      const { signal } = new AbortController()
      const theirs = (): void => {}
      signal.addEventListener('abort', theirs)
      const calls = Array.from({ length: 50 }, (_, n) => kernel.request(pid, n, { signal }))
      await kernel.settled()
      expect(listeners(signal)).toBe(2)
      for (const call of kept.slice(1)) call.reply('done')
      await Promise.all(calls.slice(1))
      expect(listeners(signal)).toBe(2)
      kept[0]?.reply('done')
      await calls[0]
      expect(listeners(signal)).toBe(1)
      await told()
      expect(warnings).toEqual([])
    }),
  )

  it(
    'gives all of them up when it fires, and those that are told may end the wait of others',
    inWorld(async ({ kernel }) => {
      const pid = keeper(kernel, [])
      const controller = new AbortController()
      const { signal } = controller
      const codes = Array.from({ length: 20 }, () => codeOf(() => kernel.request(pid, 'x', { signal })))
      await kernel.settled()
      controller.abort()
      expect(new Set(await Promise.all(codes))).toEqual(new Set(['CALL_ABORTED']))
      expect(listeners(signal)).toBe(0)
      expect(await codeOf(() => kernel.request(pid, 'x', { signal }))).toBe('CALL_ABORTED')
    }),
  )

  it(
    'serves the others when the process that waited first is dead',
    inWorld(async ({ kernel }) => {
      const pid = keeper(kernel, [])
      const controller = new AbortController()
      const { signal } = controller
      const first = spawn(() => kernel.request(pid, 'x', { signal }))
      await kernel.settled()
      const mine = codeOf(() => kernel.request(pid, 'x', { signal }))
      kernel.exit(first, 'over')
      await kernel.settled()
      expect(listeners(signal)).toBe(1)
      controller.abort()
      expect(await mine).toBe('CALL_ABORTED')
    }),
  )
})

describe('processSignal', () => {
  it(
    'may be waited for by any number: Node takes it for no leak',
    inWorld(async () => {
      const signal = processSignal()
      for (let n = 0; n < 50; n++) signal.addEventListener('abort', () => n)
      expect(listeners(signal)).toBe(50)
      await told()
      expect(warnings).toEqual([])
    }),
  )
})
