import { describe, expect, it } from 'vitest'
import {
  exit,
  isAlive,
  monitor,
  receive,
  register,
  registered,
  send,
  spawn,
  unregister,
  whereis,
} from '../../src/kernel/index.js'
import { codeOf, downOf, idle, inWorld } from '../kernel/world.js'

describe('register_SUITE', () => {
  it(
    'otp_8099: a name is free again after each unregister and each death, however tight the loop',
    inWorld(async () => {
      for (let i = 0; i < 1_000; i++) {
        const pid = spawn(idle)
        register('otp_8099', pid)
        expect(whereis('otp_8099')).toBe(pid)
        if (i % 3 === 0) unregister('otp_8099')
        exit(pid, 'kill')
        expect(whereis('otp_8099')).toBeUndefined()
        expect(registered()).toEqual([])
        expect(isAlive(pid)).toBe(false)
        const next = spawn(idle)
        expect(register('otp_8099', next)).toBe(true)
        const ref = monitor('otp_8099')
        exit(next, 'kill')
        await receive(downOf(ref))
        expect(await codeOf(() => unregister('otp_8099'))).toBe('NAME_UNKNOWN')
        expect(await codeOf(() => send('otp_8099', 'x'))).toBe('NAME_UNKNOWN')
      }
    }),
  )
})
