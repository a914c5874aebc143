import { afterEach, expect, it, vi } from 'vitest'
import { askToStop } from '../../src/application/program-exit/stop-signals.js'

const { platform } = process
const on = (name: NodeJS.Platform): void => {
  Object.defineProperty(process, 'platform', { value: name })
}

afterEach(() => {
  on(platform)
  vi.restoreAllMocks()
})

it('asks by a signal', () => {
  on('linux')
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  askToStop()
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM')
})

it('calls the handlers of the signal on Windows, where a signal would end the program at once', () => {
  on('win32')
  const kill = vi.spyOn(process, 'kill')
  const stop = vi.fn()
  process.once('SIGTERM', stop)
  askToStop()
  expect(stop).toHaveBeenCalledExactlyOnceWith('SIGTERM')
  expect(kill).not.toHaveBeenCalled()
})
