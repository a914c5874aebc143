import { call, cast, createLogger, Kernel, logReporter, type Pid, Secret, send, start } from 'heartwood'
import { describe, expect, it } from 'vitest'

/** Crashes a server with that state, or on that message, and gives the log of it and what it took. */
async function crash(state: () => unknown, act: (pid: Pid) => unknown) {
  const lines: string[] = []
  const logger = createLogger({ base: {}, destination: { write: (line) => void lines.push(line) } })
  const kernel = new Kernel({ report: logReporter(logger) })
  let heap = 0
  await kernel.run(async () => {
    const held = state()
    const server = await start(
      {
        init: () => ({ state: held }),
        handleCast: () => {
          throw new Error('crashed')
        },
      },
      undefined,
    )
    await act(server)
    heap = process.memoryUsage().heapUsed
  })
  await kernel.settled()
  const grown = process.memoryUsage().heapUsed - heap
  return { lines, records: lines.map((line) => JSON.parse(line)), grown }
}

const crashNow = (server: Pid): void => cast(server, 'x')
const SMALL = 20_000
/** What a run of this test takes anyway, and far from a copy of any of these states. */
const LITTLE = 50e6

describe('a crash report', () => {
  it.each<[string, () => unknown]>([
    ['a gigabyte of buffers', () => Array.from({ length: 1_000 }, () => Buffer.alloc(1e6))],
    ['an array of twenty million numbers', () => new Array(20e6).fill(1.5)],
    ['a map of a million objects', () => new Map(Array.from({ length: 1e6 }, (_, at) => [at, { at }]))],
    [
      'a million objects inside each other',
      () => {
        let state: object = {}
        for (let depth = 0; depth < 1e6; depth++) state = { state }
        return state
      },
    ],
  ])('is small over %s, and so is what it takes', async (_, state) => {
    const { lines, records, grown } = await crash(state, crashNow)
    expect(records.map(({ kind }) => kind)).toContain('server')
    for (const line of lines) expect(line.length).toBeLessThan(SMALL)
    expect(grown).toBeLessThan(LITTLE)
  })

  it('is small over a mailbox of a million messages, and counts them', async () => {
    const { lines, records } = await crash(
      () => undefined,
      (server) => {
        crashNow(server)
        for (let at = 0; at < 1e6; at++) send(server, at)
      },
    )
    for (const line of lines) expect(line.length).toBeLessThan(SMALL)
    expect(records.find(({ queueLength }) => queueLength !== undefined)?.queueLength).toBe(1e6)
  })

  it('is small over a message of a hundred megabytes that nobody handles', async () => {
    const { lines, records } = await crash(
      () => undefined,
      (server) => {
        const request = Array.from({ length: 500_000 }, (_, at) => ({ at, text: 'x'.repeat(100) }))
        call(server, request).catch(() => {})
      },
    )
    expect(records[0]?.err).toMatchObject({ code: 'CALLBACK_MISSING' })
    for (const line of lines) expect(line.length).toBeLessThan(SMALL)
  })

  it('has no secret that the state holds', async () => {
    const { lines } = await crash(() => ({ db: { url: new Secret('s3cr3t') } }), crashNow)
    expect(lines.join('')).toContain('[redacted]')
    expect(lines.join('')).not.toContain('s3cr3t')
  })
})
