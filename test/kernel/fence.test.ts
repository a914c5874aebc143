import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { exit, HeartwoodError, receive, spawn } from '../../src/kernel/index.js'
import { inWorld } from './world.js'

it(
  'the error that waiting code meets when its process dies is like any other, though it makes its text only when asked',
  inWorld(async ({ kernel }) => {
    let waiting: unknown
    let acting: unknown
    const pid = spawn(async () => {
      try {
        await receive()
      } catch (error) {
        waiting = error
      }
      try {
        await receive()
      } catch (error) {
        acting = error
      }
    })
    await kernel.settled()
    exit(pid, new Error('boom'))
    await kernel.settled()
    const text = `process ${pid} is dead (Error: boom): code that outlives its process cannot act. Let the code end; the restarted process does the work.`
    for (const error of [waiting, acting]) {
      expect(error).toBeInstanceOf(HeartwoodError)
      expect(error).toBeInstanceOf(Error)
      expect(HeartwoodError.is(error, 'PROCESS_DEAD')).toBe(true)
      expect(error).toMatchObject({
        name: 'HeartwoodError',
        code: 'PROCESS_DEAD',
        message: text,
        details: { pid, reason: 'Error: boom' },
      })
      expect(String(error)).toBe(`HeartwoodError: ${text}`)
      expect((error as Error).stack?.split('\n')[0]).toBe(`HeartwoodError: ${text}`)
      expect(inspect(error)).toContain(text)
    }
    // It had nothing to do with where the death came from.
    expect((waiting as Error).stack).toBe(`HeartwoodError: ${text}`)
    expect((acting as Error).stack).toContain('fence.test.ts')
  }),
)
