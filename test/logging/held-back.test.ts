import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, type Logger } from 'heartwood'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Descriptor } from '../../src/logging/output/log-file-descriptor.js'

/** A pipe whose only reader is the test: it reads when it wants to. */
describe.skipIf(process.platform === 'win32')('a log that nobody reads for a while', () => {
  let folder: string
  let pipe: number
  let log: Logger

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-pipe-'))
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    // For both ends at once, so that opening waits for nobody, and neither does writing.
    pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    log = createLogger({ destination: pipe, base: {}, format: 'json' })
  })

  afterEach(() => {
    readAll()
    closeSync(pipe)
    rmSync(folder, { recursive: true })
  })

  /** Reads what there is, and what comes of the room that this makes. */
  function readAll(): string[] {
    const buffer = Buffer.alloc(64 * 1024)
    const parts: Buffer[] = []
    for (;;) {
      try {
        parts.push(Buffer.from(buffer.subarray(0, readSync(pipe, buffer))))
      } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN' })
        log.flush()
        try {
          parts.push(Buffer.from(buffer.subarray(0, readSync(pipe, buffer))))
        } catch {
          // Nothing waits any more.
          return Buffer.concat(parts).toString().split('\n').slice(0, -1)
        }
      }
    }
  }

  const texts = (lines: readonly string[]): string[] => lines.map((line) => JSON.parse(line).msg)

  it('has nothing in a line that a terminal obeys, or that turns the writing round, and says the same', () => {
    const text = 'a\u202ecod.exe \u009b2J \u007f \u2066x\u2069 \u2028 ä 日本 \u001b[2J'
    log.info({ [text]: text }, text)
    const [line = ''] = readAll()
    expect(line).toMatch(/^[^\p{Cc}\p{Bidi_Control}\p{Zl}]*$/u)
    expect(JSON.parse(line)).toMatchObject({ msg: text, [text]: text })
    expect(line).toContain('ä 日本')
  })

  it('waits in memory, whole and in order', () => {
    const written = Array.from({ length: 2_000 }, (_, at) => `${at} ${'ä'.repeat(at % 200)}`)
    for (const text of written) log.info(text)
    expect(texts(readAll())).toEqual(written)
    log.info('and on')
    expect(texts(readAll())).toEqual(['and on'])
  })

  it('waits in part, when a line is longer than the room there is', () => {
    const long = 'x'.repeat(300_000)
    log.info(long)
    log.info('after it')
    expect(texts(readAll())).toEqual([long, 'after it'])
  })

  it('is dropped beyond a limit, and then says how much is missing', () => {
    const megabyte = 'y'.repeat(1024 * 1024)
    for (let at = 0; at < 20; at += 1) log.info(megabyte)
    const lines = readAll()
    const last = JSON.parse(lines.at(-1) ?? '')
    expect(last).toMatchObject({ level: 'warn', kind: 'log' })
    expect(last.dropped).toBe(20 - (lines.length - 1))
    expect(last.msg).toBe(`${last.dropped} lines of the log were dropped: nobody read it`)
    expect(lines.length).toBeGreaterThan(14)
    // Each is whole.
    expect(lines.slice(0, -1).every((line) => JSON.parse(line).msg.length === megabyte.length)).toBe(true)
  })

  it('is lost when the program ends and still nobody reads, which is said on standard error', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    onTestFinished(() => stderr.mockRestore())
    const output = new Descriptor(pipe)
    output.write('x'.repeat(300_000))
    const lost = output.heldBack
    expect(lost).toBeGreaterThan(100_000)
    output.flushAtExit({ idle: 1, all: 1 })
    const [[said]] = stderr.mock.calls as [[string]]
    expect(said).toMatch(
      new RegExp(`^heartwood: up to ${lost} bytes of output are lost: nobody read for \\d+ ms\\n$`),
    )
    expect(stderr).toHaveBeenCalledOnce()
    expect(output.heldBack).toBe(0)
  })

  it('is lost with the lines that there was no room for, whose number is said, too', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    onTestFinished(() => stderr.mockRestore())
    const output = new Descriptor(pipe)
    const onDropped = vi.spyOn(output, 'onDropped')
    for (let at = 0; at < 20; at += 1) output.write('y'.repeat(1024 * 1024))
    output.flushAtExit({ idle: 1, all: 1 })
    expect(stderr.mock.calls).toEqual([[expect.stringMatching(/are lost, and 4 lines before: nobody read/)]])
    expect(onDropped).not.toHaveBeenCalled()
  })
})

describe.skipIf(!existsSync('/dev/full'))('a log on a full disk', () => {
  it('says at the end of the program how much is lost, and waits for nothing', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    onTestFinished(() => stderr.mockRestore())
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    const output = new Descriptor(full)
    output.write('x'.repeat(1_000))
    output.write('y'.repeat(500))
    expect(output.heldBack).toBe(0)
    output.flushAtExit()
    output.flushAtExit()
    expect(stderr.mock.calls).toEqual([
      [expect.stringMatching(/^heartwood: the log cannot be written: ENOSPC/)],
      [expect.stringMatching(/^heartwood: up to 1500 bytes of output are lost: ENOSPC: no space left.*\n$/)],
    ])
  })
})
