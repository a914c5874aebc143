import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { Server } from 'node:net'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { disown, exit, own, type Pid, receive } from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { world } from '../kernel/world.js'

const SOAK = fileURLToPath(new URL('../soak/soak.js', import.meta.url))

describe('a dead worker leaves nothing behind', () => {
  it('of its state, and no listener of ours, whatever it used and whoever keeps what it handed out', () => {
    // The same for ten thousand restarts: npm run soak.
    const args = ['--expose-gc', SOAK, '--restarts', '60', '--json']
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(stderr).toBe('')
    const { failures, seen, states, scopes, signal, server, emitter, client, target } = JSON.parse(stdout)
    expect(failures).toEqual([])
    expect(seen).toBeGreaterThan(30)
    // Five belong to a life. The last one goes on; one more may be in a buffer of the observer or the machine.
    expect(states).toBeLessThanOrEqual(10)
    expect(scopes).toBe(2)
    expect([emitter, client]).toEqual([1, 1])
    expect(target).toBe(2)
    expect(signal).toBeLessThanOrEqual(1)
    expect(server).toBeLessThanOrEqual(6)
  })
})

describe('own', () => {
  const counts = (emitter: EventEmitter): number[] =>
    emitter.eventNames().map((name) => emitter.listenerCount(name))

  it.each([
    ['a server', () => new Server()],
    ['a stream', () => new PassThrough()],
  ])('takes off what it attached to %s when that is given up', async (_, make) => {
    const { kernel } = world()
    await kernel.run(() => {
      const resource = make()
      const before = counts(resource)
      for (let n = 0; n < 20; n++) {
        own(resource)
        expect(counts(resource)).not.toEqual(before)
        expect(disown(resource)).toBe(true)
      }
      expect(counts(resource)).toEqual(before)
    })
  })

  it('takes it off a server that the next incarnation opens again', async () => {
    const { kernel } = world()
    const server = new Server()
    const before = counts(server)
    const owner = (): Pid =>
      kernel.spawn(async () => {
        own(server)
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        await receive()
      })
    for (let n = 0; n < 3; n++) {
      const pid = owner()
      await new Promise((resolve) => server.once('listening', resolve))
      const closed = new Promise((resolve) => server.once('close', resolve))
      await kernel.run(() => exit(pid, 'kill'))
      await closed
      await kernel.settled()
    }
    expect(counts(server)).toEqual(before)
  })
})

describe('a test kernel', () => {
  it('keeps a bounded number of reports and crashes, and tells of all that nobody expected', async () => {
    const kernel = new TestKernel({ reportLimit: 20 })
    await kernel.run(() => {})
    for (let n = 0; n < 100; n++) {
      kernel.spawn(() => {
        throw new Error(`crash ${n}`)
      })
      await kernel.settled()
    }
    expect(kernel.reports.length).toBeLessThanOrEqual(22)
    expect(kernel.crashes.all.length).toBeLessThanOrEqual(23)
    expect(kernel.crashes.failure()?.message).toMatch(/100 crashes[\s\S]*crash 0/)
  })
})
