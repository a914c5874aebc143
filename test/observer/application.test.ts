import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  application,
  boot,
  type ConfigOptions,
  createLogger,
  defineConfig,
  type RunningSystem,
  startLink,
  supervisorSpec,
} from 'heartwood'
import { observerApplication } from 'heartwood/observer'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/kernel/index.js'
import { Kernel, VirtualClock } from '../../src/kernel/index.js'

const worker = {
  id: 'clock',
  start: () => startLink({ init: () => ({ state: 0 }) }, undefined, { name: 'clock' }),
}
const shop = application({ name: 'shop', root: supervisorSpec('shop', { children: [worker] }) })

interface Booted {
  readonly system: RunningSystem
  readonly reports: Report[]
  readonly clock: VirtualClock
  url(): Promise<string>
}

async function booted(observer: ConfigOptions['observer']): Promise<Booted> {
  const reports: Report[] = []
  const clock = new VirtualClock()
  const kernel = new Kernel({ clock, report: (it) => reports.push(it) })
  const logger = createLogger({ level: 'silent' })
  const config = defineConfig({ applications: [shop], observer, contain: false, blockingLimit: Infinity })
  const system = await boot(config, { kernel, logger })
  const url = async (): Promise<string> => {
    for (;;) {
      const told = reports.findLast(({ kind }) => kind === 'observer')?.message
      const found = told === undefined ? undefined : /http:\S+/.exec(told)?.[0]
      if (found !== undefined) return found
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { system, reports, clock, url }
}

describe('the observer of a configuration', () => {
  it('is an application beside the others, and sees them and itself', async () => {
    const { system, url } = await booted({ port: 0, token: 'a-token-of-16-characters' })
    const get = async (path: string): Promise<never> =>
      (await (await fetch(`${await url()}${path}`)).json()) as never
    expect(system.applications.map(({ name }) => name)).toEqual(['observer', 'shop'])
    const { applications, roots } = await get('api/tree')
    expect(roots).toEqual([])
    expect(applications).toMatchObject([
      { name: 'observer', root: { id: 'observer', children: [{ id: 'server', name: 'observer' }] } },
      {
        name: 'shop',
        root: { id: 'shop', kind: 'supervisor', children: [{ id: 'clock', behaviour: 'GenServer' }] },
      },
    ])
    expect(await get('api/applications')).toMatchObject({
      applications: [{ name: 'observer' }, { name: 'shop' }],
    })
    expect(await get('api/overview')).toMatchObject({ actions: true, reading: 'open', logLevel: 'silent' })
    expect(await get('api/processes/observer')).toMatchObject({
      state: { value: { url: await url() } },
      resources: ['Observer', 'Server'],
    })
    const kernel = system.kernel
    await system.stop()
    expect([kernel.observers, kernel.processCount]).toEqual([0, 0])
    await expect(fetch(await url())).rejects.toThrow()
  })

  it('comes back by itself after a crash, and harms nobody', async () => {
    const { system, reports, clock, url } = await booted({ port: 0 })
    const { kernel } = system
    const first = await url()
    const clockPid = kernel.whereis('clock')
    kernel.exit(kernel.whereis('observer') as never, 'kill')
    await kernel.settled()
    reports.length = 0
    await clock.advance(2_000)
    const second = await url()
    expect(second).not.toBe('')
    expect((await fetch(`${second}api/overview`)).status).toBe(200)
    expect(kernel.whereis('clock')).toBe(clockPid)
    expect(first).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    await system.stop()
  })

  it('does not keep the program from starting when its port is taken, and waits for it', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const { system, reports, clock, url } = await booted({ port })
    const crashed = (): boolean => reports.some(({ kind }) => kind === 'crash')
    while (!crashed()) await new Promise((resolve) => setImmediate(resolve))
    expect(system.kernel.whereis('clock')).toBeDefined()
    await new Promise((resolve) => other.close(resolve))
    await system.kernel.settled()
    await clock.advance(2_000)
    expect(await url()).toBe(`http://127.0.0.1:${port}/`)
    await system.stop()
  })

  it.each([
    [{ port: '80' }, 'CONFIG_INVALID', 'observer.port must be a whole number from 0 to 65535'],
    [{ porte: 80 }, 'CONFIG_UNKNOWN_KEY', 'observer.porte is not a known key'],
    [4010, 'CONFIG_INVALID', 'observer must be an object'],
    [{ host: '0.0.0.0' }, 'OBSERVER_TOKEN_REQUIRED', 'open to 0.0.0.0'],
    [{ token: 'short' }, 'OBSERVER_OPTION', 'at least 16 characters'],
  ])('%j is refused before anything starts: %s', async (observer, code, text) => {
    const failure = await booted(observer as never).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, message: expect.stringContaining(text) })
  })

  it('can be listed among the applications, too', () => {
    expect(observerApplication({ port: 0 })).toMatchObject({ name: 'observer', type: 'temporary' })
    expect(() => observerApplication({ port: -1 })).toThrow(/port/)
  })
})
