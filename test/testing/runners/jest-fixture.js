// What jest.js has jest run: some of these tests fail, as they should.
import { defineServer, spawn, whereis } from 'heartwood'
import { clock, faults, restartOf, startSupervised } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/jest'

class Counter {
  #count = 0
  add(by) {
    this.#count += by
    return this.#count
  }
}
defineServer(Counter, { name: 'counter', calls: ['add'] })

describe('with a kernel', () => {
  const kernel = useTestKernel()

  test('comes back with fresh state', async () => {
    const counter = await startSupervised(Counter)
    expect(await counter.call.add(2)).toBe(2)
    expect(counter).toBeAlive()
    faults().crash(counter)
    await restartOf(counter)
    expect(counter).toHaveRestarted(1)
    expect(counter).toHaveCrashed()
    expect(await counter.call.add(1)).toBe(1)
  })

  test('starts with nothing of the test before', () => {
    expect(whereis('counter')).toBe(undefined)
    expect(clock().now()).toBe(0)
    expect(kernel().reports).toEqual([])
  })

  test('has a matcher that fails', () => {
    expect('counter').not.toBeAlive()
  })

  test('crashes', async () => {
    spawn(() => {
      throw new Error('nobody expected this')
    })
    await kernel().settled()
  })

  test('leaves a listener behind', () => {
    process.on('SIGUSR2', () => {})
  })

  test('fails by itself', async () => {
    await startSupervised(Counter)
    expect(1).toBe(2)
  })

  test('is innocent', () => {
    expect(whereis('counter')).toBe(undefined)
  })
})

describe('with fake timers', () => {
  useTestKernel({ fakeTimers: true })

  test('moves the time of Node', async () => {
    let fired = false
    setTimeout(() => {
      fired = true
    }, 60_000)
    await clock().advance(60_000)
    expect(fired).toBe(true)
  })
})
