import {
  application,
  boot,
  type Child,
  createLogger,
  defineConfig,
  startLink,
  supervisorSpec,
  trapExit,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import { Kernel, VirtualClock } from '../../src/kernel/index.js'
import { fixture, Program } from './program.js'

/** Three applications with nested trees; every worker takes some turns to start and to stop. */
function applications(log: string[]) {
  const worker = (id: string): Child => {
    const callbacks = {
      async init() {
        trapExit(true)
        for (let turn = 0; turn < id.length; turn++) await new Promise((resolve) => setImmediate(resolve))
        log.push(id)
        return { state: undefined }
      },
      async terminate() {
        await new Promise((resolve) => setImmediate(resolve))
        log.push(`-${id}`)
      },
    }
    return { id, start: () => startLink(callbacks, undefined) }
  }
  const tree = (id: string, ...children: Child[]): Child => supervisorSpec(id, { children })
  return [
    application({ name: 'one', root: tree('one', worker('a'), worker('bb')) }),
    application({
      name: 'two',
      dependencies: ['one'],
      root: tree('two', tree('inner', worker('c'), worker('ddd')), worker('e')),
    }),
    application({ name: 'three', root: tree('three', worker('ff')) }),
  ]
}

/** The log of a run that is told to stop after `turns` turns of the event loop. */
async function interruptedAfter(turns: number): Promise<{ log: string[]; left: number }> {
  const log: string[] = []
  const kernel = new Kernel({ clock: new VirtualClock(), report: () => {} })
  const cancel = new AbortController()
  const config = defineConfig({ applications: applications(log), contain: false })
  const booting = boot(config, { kernel, logger: createLogger({ level: 'silent' }), signal: cancel.signal })
  const over = booting.then(
    (system) => system.ended,
    (error: unknown) => error,
  )
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
  cancel.abort('SIGTERM')
  await over
  return { log, left: kernel.processCount }
}

describe('an order to stop', () => {
  it('at any moment of boot and run stops exactly what had started, in exact reverse', async () => {
    const lengths = new Set<number>()
    for (let turns = 0; turns < 60; turns++) {
      const { log, left } = await interruptedAfter(turns)
      const started = log.filter((entry) => !entry.startsWith('-'))
      const stopped = log.filter((entry) => entry.startsWith('-')).map((entry) => entry.slice(1))
      expect(stopped, `after ${turns} turns`).toEqual([...started].reverse())
      expect(left).toBe(0)
      lengths.add(started.length)
    }
    // Both ends, and moments in between, were met.
    expect(lengths).toContain(0)
    expect(lengths).toContain(6)
    expect(lengths.size).toBeGreaterThan(2)
  })

  it.each([1, 2, 3, 4, 5])('by a signal at line %i of the log ends in good order', async (line) => {
    const program = new Program(['start', fixture('ordered')])
    await program.count(line)
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    const started = program.messages
      .filter((message) => message.startsWith('start '))
      .map((message) => message.slice(6))
    const stopped = program.messages
      .filter((message) => message.startsWith('stop '))
      .map((message) => message.slice(5))
    expect(stopped).toEqual([...started].reverse())
    const cancelled = program.messages.filter((message) =>
      /^the start was cancelled by SIGTERM/.test(message),
    )
    expect(program.messages.slice(-1 - cancelled.length)).toEqual([
      expect.stringMatching(/^application \w+ stopped$/),
      ...cancelled,
    ])
  })
})
