// What ../runners.test.ts has Node's own runner run: some of these tests fail, as they should.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineServer, spawn, whereis } from 'heartwood'
import { clock, expectCrash, faults, restartOf, startSupervised } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/node-test'

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
    assert.equal(await counter.call.add(2), 2)
    const crash = expectCrash({ of: counter })
    faults().crash(counter)
    await crash
    await restartOf(counter)
    assert.equal(await counter.call.add(1), 1)
  })

  test('starts with nothing of the test before', () => {
    assert.equal(whereis('counter'), undefined)
    assert.equal(clock().now(), 0)
    assert.deepEqual(kernel().reports, [])
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
    assert.equal(1, 2)
  })

  test('has tests within', async (t) => {
    await startSupervised(Counter)
    await t.test('inner', async () => {
      assert.notEqual(whereis('counter'), undefined)
    })
    assert.notEqual(whereis('counter'), undefined)
  })

  test('is innocent', () => {
    assert.equal(whereis('counter'), undefined)
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
    assert.equal(fired, true)
  })
})

test('has no kernel outside', () => {
  assert.throws(() => clock(), { code: 'TEST_KERNEL_MISSING' })
  assert.throws(() => useTestKernel({ fakeTimer: true }), { code: 'BAD_OPTION' })
})
