import { vi } from 'vitest'
import { SystemClock } from '../../src/kernel/index.js'

/** Limits of so many milliseconds are over as soon as all else that can happen has; until all mocks are restored. */
export function endLimitsOf(time: number): void {
  const { setAlarm } = SystemClock.prototype
  vi.spyOn(SystemClock.prototype, 'setAlarm').mockImplementation(function (this: SystemClock, alarm, at) {
    const left = at - this.now()
    if (left > time || left < time - 1_000) return setAlarm.call(this, alarm, at)
    setImmediate(() => {
      const now = vi.spyOn(this, 'now').mockReturnValue(at)
      alarm.ring()
      now.mockRestore()
    })
  })
}
