import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

describe('Promise.race, once there is a kernel', () => {
  new TestKernel()
  class Special<T> extends Promise<T> {}

  it('gives the first that is settled, as before', async () => {
    const never = new Promise(() => {})
    expect(await Promise.race([never, Promise.resolve(1), 2])).toBe(1)
    expect(await Promise.race([never, Promise.reject(new Error('failed'))]).catch(String)).toBe(
      'Error: failed',
    )
    expect(await Promise.race(new Set([3]))).toBe(3)
    const { race } = Promise
    expect(() => race([1])).toThrow(TypeError)
  })

  it('gives a promise of the class that it is asked of', () => {
    expect(Promise.race([1]).constructor).toBe(Promise)
    expect(Special.race([1])).toBeInstanceOf(Special)
  })

  it('looks as before', () => {
    expect([Promise.race.name, Promise.race.length]).toEqual(['race', 1])
    expect(Object.keys(Promise)).toEqual([])
    const before = Promise.race
    new TestKernel()
    expect(Promise.race).toBe(before)
  })
})
