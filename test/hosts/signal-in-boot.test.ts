import fastify from 'fastify'
import { heartwoodPlugin } from 'heartwood/fastify'
import { expect, it, vi } from 'vitest'
import { log, nextGate, slowShop } from './shop.js'

it('a signal while the tree of a Fastify application boots: the tree stops, its hooks run, and the program ends with 0', async () => {
  const exited = new Promise<number>((resolve) => {
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      resolve(Number(code))
      return undefined as never
    })
  })
  const others = new Set(process.listeners('SIGTERM'))
  const app = fastify()
  app.addHook('onClose', async () => {
    log.push('onClose')
  })
  const began = nextGate()
  const config = slowShop()
  const registered = (async () => app.register(heartwoodPlugin, { config, signals: true }))()
  await began.entered
  for (const listener of process.listeners('SIGTERM')) if (!others.has(listener)) listener('SIGTERM')
  began.open()
  await expect(registered).rejects.toMatchObject({ code: 'BOOT_CANCELLED' })
  expect(await exited).toBe(0)
  expect(log).toEqual(['slow starts', 'slow stops', 'onClose'])
})
