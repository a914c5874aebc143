import { VirtualClock } from 'heartwood/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { outputWritten } from '../../src/application/program-exit/flush-and-exit.js'

/** A standard output whose reader is the test. */
class Output {
  destroyed = false
  readonly written: string[] = []

  constructor(public writableLength: number) {}

  write(text: string): boolean {
    this.written.push(text)
    return true
  }
}

function outputs(waiting: number): { stdout: Output; stderr: Output; clock: VirtualClock } {
  const [stdout, stderr] = [new Output(waiting), new Output(0)]
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(stdout as never)
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(stderr as never)
  return { stdout, stderr, clock: new VirtualClock() }
}

describe('output that nobody has read yet', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('is waited for as long as its reader takes some of it, however slowly', async () => {
    const { stdout, stderr, clock } = outputs(10)
    const written = outputWritten(1_000, clock)
    while (stdout.writableLength > 0) {
      await clock.advance(900)
      stdout.writableLength--
    }
    await clock.advance(100)
    expect(await written).toBe(true)
    expect(stderr.written).toEqual([])
  })

  it('is given up, which is said, once its reader has taken nothing for a while', async () => {
    const { stdout, stderr, clock } = outputs(10)
    let isOver = false
    const written = outputWritten(1_000, clock).finally(() => {
      isOver = true
    })
    await clock.advance(900)
    stdout.writableLength = 7
    await clock.advance(1_000)
    expect(isOver).toBe(false)
    await clock.advance(100)
    expect(await written).toBe(false)
    expect(stderr.written).toEqual(['heartwood: up to 7 bytes of output are lost: nobody read for 1000 ms\n'])
  })
})
