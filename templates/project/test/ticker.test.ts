import { boot, createLogger, type RunningSystem, ref, whereis } from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import config from '../src/config.js'
import { Ticker } from '../src/ticker.js'

describe('the ticker', () => {
  // Time stands still until the test moves it.
  let kernel: TestKernel
  let system: RunningSystem

  beforeEach(async () => {
    kernel = new TestKernel()
    system = await boot(config, { kernel, logger: createLogger({ level: 'silent' }) })
  })

  afterEach(async () => {
    await system.stop()
  })

  it('counts seconds', () =>
    kernel.run(async () => {
      await kernel.clock.advance(3_000)
      expect(await ref(Ticker).call.ticks()).toBe(3)
    }))

  it('comes back after a crash, with fresh state', () =>
    kernel.run(async () => {
      const ticker = ref(Ticker)
      await kernel.clock.advance(3_000)
      const before = whereis('ticker')

      ticker.cast.crash()
      await kernel.settled()

      expect(whereis('ticker')).not.toBe(before)
      expect(kernel.reportsOf('crash')).toHaveLength(1)
      expect(await ticker.call.ticks()).toBe(0)
      await kernel.clock.advance(1_000)
      expect(await ticker.call.ticks()).toBe(1)
    }))
})
