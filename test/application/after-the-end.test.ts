import { application, boot, defineConfig, startLink, supervisorSpec } from 'heartwood'
import { expect, it } from 'vitest'
import { Kernel, VirtualClock } from '../../src/kernel/index.js'

/** Knows for whom Node would keep a timeout. */
class SeenClock extends VirtualClock {
  readonly alarms = new Set<unknown>()

  override setAlarm(...[alarm, at]: Parameters<VirtualClock['setAlarm']>): void {
    super.setAlarm(alarm, at)
    this.alarms.add(alarm)
  }

  override clearAlarm(alarm: Parameters<VirtualClock['clearAlarm']>[0]): void {
    this.alarms.delete(alarm)
    super.clearAlarm(alarm)
  }
}

it('nothing of a system that has ended waits for a time that nobody asked for, as its limits for a stop', async () => {
  const clock = new SeenClock()
  const root = supervisorSpec('root', {
    children: [{ id: 'worker', start: () => startLink({ init: () => ({ state: 0 }) }, undefined) }],
  })
  const system = await boot(
    defineConfig({ applications: [application({ name: 'shop', root })], log: { level: 'silent' } }),
    { kernel: new Kernel({ clock }) },
  )
  await system.stop()
  expect(clock.alarms.size).toBe(0)
})
