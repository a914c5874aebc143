import { ref } from 'heartwood'
import { bootApplication, clock, expectCrash, restartOf } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { beforeEach, describe, expect, it } from 'vitest'
import config from '../src/config.js'
import { Ticker } from '../src/ticker.js'

// Each test has processes of its own, and time that stands still until the test moves it.
useTestKernel()

describe('the ticker', () => {
  beforeEach(async () => {
    await bootApplication(config)
  })

  it('counts seconds', async () => {
    await clock().advance(3_000)
    expect(await ref(Ticker).call.ticks()).toBe(3)
  })

  it('comes back after a crash, with fresh state', async () => {
    const ticker = ref(Ticker)
    await clock().advance(3_000)

    ticker.cast.crash()
    await expectCrash({ of: Ticker, reason: /on purpose/ })
    await restartOf(Ticker)

    expect(await ticker.call.ticks()).toBe(0)
    await clock().advance(1_000)
    expect(await ticker.call.ticks()).toBe(1)
  })
})
