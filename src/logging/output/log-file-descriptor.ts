/**
 * A file descriptor as the destination of a log. A line is written to the operating system at once. If the operating system does not
 * take it, because nobody reads a pipe or a disk is full, lines wait in memory and the program goes on: a write that blocks
 * would stop all workers and the handling of signals.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'
import { type Alarm, SystemClock } from '../../kernel/index.js'
import { loggingError } from '../errors.js'
import { reasonLine } from '../text/failure-text.js'

/** The most bytes that wait in memory. Further lines are dropped and counted. */
export const HELD_BACK = 16 * 1024 * 1024

/** Milliseconds until the next attempt: `SOON` at first, doubled after each attempt without success, up to `LATER`. */
const SOON = 5
const LATER = 100

/** Milliseconds after which a reader that takes nothing is reported. */
const UNREAD = 1_000

/** Milliseconds that an exiting program waits: for a reader that takes nothing, and in all. */
const AT_EXIT = { idle: 1_000, all: 5_000 }

const clock = new SystemClock()

/** The descriptors with lines that wait. */
const holding = new Set<Descriptor>()

/** The number of bytes of all logs that wait in memory. */
export function logBytesHeldBack(): number {
  let bytes = 0
  for (const each of holding) bytes += each.heldBack
  return bytes
}

/** Drops all lines that wait. */
export function dropHeldBackLogs(): void {
  for (const each of holding) each.drop()
}

/** The shared `Descriptor`s of standard output and standard error. All loggers use them, so that lines stay in order. */
const standard = new Map<number, Descriptor>()

export function descriptor(fd: number): Descriptor {
  if (fd !== 1 && fd !== 2) return new Descriptor(fd)
  const known = standard.get(fd) ?? new Descriptor(withoutBlocking(fd))
  standard.set(fd, known)
  return known
}

/** Opens a file to which lines are appended. @throws LOG_FILE_UNUSABLE */
export function logFile(path: string): Descriptor {
  try {
    return new Descriptor(openSync(path, 'a'), path)
  } catch (cause) {
    throw loggingError('LOG_FILE_UNUSABLE', { file: path, why: reasonLine(cause) }, { cause })
  }
}

/** Characters that JSON does not escape, but that control a terminal or change the direction of its text. */
const UNSEEN = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** The line with such characters escaped, which is the same JSON. */
function harmless(line: string): string {
  if (line.search(UNSEEN) === -1) return line
  return line.replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export class Descriptor implements DestinationStream, Alarm {
  /** Called with the number of dropped lines when all waiting lines have been written. */
  onDropped: (lines: number) => void = () => {}
  #held: (string | Buffer)[] = []
  #bytes = 0
  #dropped = 0
  #pause = SOON
  #since = 0
  #isGone = false
  /** Whether the last write failed with an error other than that nobody reads. */
  #fails = false
  #why = ''
  readonly #told = new Set<string>()

  #fd: number

  /** @param path the path of the file, if it may be reopened */
  constructor(
    fd: number,
    private readonly path?: string,
  ) {
    this.#fd = fd
  }

  /**
   * Opens the file again by its path, for example after `logrotate` has moved the old file. If it cannot be opened, lines go on to the
   * old one.
   *
   * @returns false if the descriptor has no path
   */
  reopen(): boolean {
    if (this.path === undefined) return false
    try {
      const opened = openSync(this.path, 'a')
      this.#attempt()
      closeSync(this.#fd)
      this.#fd = opened
    } catch (thrown) {
      const { code = '', message } = thrown as NodeJS.ErrnoException
      this.#tell(code, message)
    }
    return true
  }

  /** The number of waiting bytes that may still be read. 0 after an error such as a full disk, for which waiting is useless. */
  get heldBack(): number {
    return this.#fails ? 0 : this.#bytes
  }

  write(given: string): void {
    if (this.#isGone) return
    const line = harmless(given)
    if (this.#held.length > 0) {
      this.#hold(line)
      return
    }
    const left = this.#put(line)
    if (left === undefined) return
    this.#since = clock.now()
    this.#pause = SOON
    this.#keep(left)
    if (holding.size === 0) process.on('exit', atExit)
    holding.add(this)
    this.#tryLater()
  }

  /** Called by pino. */
  flush(done?: () => void): void {
    this.#attempt()
    done?.()
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }

  /** Makes the next attempt, when its timer is due. */
  ring(): void {
    if (this.#attempt()) this.#pause = SOON
    else {
      this.#pause = Math.min(LATER, this.#pause * 2)
      if (clock.now() - this.#since > UNREAD) this.#tell('EAGAIN', 'nobody reads it')
    }
    if (this.#held.length > 0) this.#tryLater()
  }

  /** Blocks until the waiting lines are written, within limits. Lines that are lost then are reported on standard error. */
  flushAtExit({ idle, all } = AT_EXIT): void {
    const begin = clock.now()
    let since = begin
    while (this.#held.length > 0) {
      const now = clock.now()
      if (this.#attempt()) since = now
      else if (this.#fails) this.#loseAtExit(this.#why)
      else if (now - since > idle || now - begin > all)
        this.#loseAtExit(`nobody read for ${Math.round(now - since)} ms`)
      else Atomics.wait(nap, 0, 0, SOON)
    }
  }

  drop(): void {
    this.#held = []
    this.#bytes = 0
    // A record about them would wait too.
    this.#dropped = 0
    this.#release()
  }

  #loseAtExit(why: string): void {
    const before = this.#dropped === 0 ? '' : `, and ${this.#dropped} lines before`
    const lost = `up to ${this.#bytes} bytes of output are lost${before}: ${why}`
    this.drop()
    if (standard.get(2) !== this) process.stderr.write(`heartwood: ${lost}\n`)
  }

  #hold(line: string): void {
    const bytes = Buffer.byteLength(line)
    if (this.#bytes + bytes > HELD_BACK) this.#dropped += 1
    else this.#keep(line, bytes)
  }

  #keep(line: string | Buffer, bytes = Buffer.byteLength(line)): void {
    this.#held.push(line)
    this.#bytes += bytes
  }

  /** Writes the waiting lines. @returns whether anything was written */
  #attempt(): boolean {
    const before = this.#bytes
    let at = 0
    for (; at < this.#held.length; at += 1) {
      const line = this.#held[at] ?? ''
      const left = this.#put(line)
      this.#bytes -= Buffer.byteLength(line) - (left?.length ?? 0)
      if (left === undefined) continue
      this.#held[at] = left
      break
    }
    if (at > 0) this.#held = this.#held.slice(at)
    const isTaken = this.#bytes < before
    if (isTaken) this.#since = clock.now()
    if (this.#held.length === 0) this.#release()
    return isTaken
  }

  /** Writes a line. @returns the rest that was not written */
  #put(line: string | Buffer): Buffer | undefined {
    let rest = line
    this.#fails = false
    try {
      for (;;) {
        const written = typeof rest === 'string' ? writeSync(this.#fd, rest) : writeSync(this.#fd, rest)
        const bytes = typeof rest === 'string' ? Buffer.byteLength(rest) : rest.length
        if (written >= bytes) return undefined
        rest = (typeof rest === 'string' ? Buffer.from(rest) : rest).subarray(written)
      }
    } catch (thrown) {
      const { code = '', message } = thrown as NodeJS.ErrnoException
      this.#fails = code !== 'EAGAIN' && code !== 'EBUSY'
      this.#why = message
      if (this.#fails) this.#tell(code, message)
      // The reader has closed the pipe for good.
      if (code === 'EPIPE') {
        this.#isGone = true
        return undefined
      }
      return typeof rest === 'string' ? Buffer.from(rest) : rest
    }
  }

  #tryLater(): void {
    clock.setAlarm(this, clock.now() + this.#pause)
    // This timer must not keep a finished program alive: `flushAtExit` writes the rest.
    clock.hold(this, false)
  }

  #release(): void {
    clock.clearAlarm(this)
    holding.delete(this)
    if (holding.size === 0) process.off('exit', atExit)
    const dropped = this.#dropped
    this.#dropped = 0
    if (dropped > 0) this.onDropped(dropped)
  }

  /** Reports a failure on standard error, each kind once. */
  #tell(code: string, why: string): void {
    if (this.#told.has(code)) return
    this.#told.add(code)
    process.stderr.write(`heartwood: the log cannot be written: ${why}. The program goes on.\n`)
  }
}

const nap = new Int32Array(new SharedArrayBuffer(4))

function atExit(): void {
  for (const each of holding) each.flushAtExit()
}

/**
 * A descriptor for the same output whose writes do not block. A file is used as it is. A pipe or a terminal is opened again, since
 * other programs share the open file description, to which the flag belongs.
 */
function withoutBlocking(fd: 1 | 2): number {
  try {
    if (fstatSync(fd).isFile()) return fd
    const opened = openSync(
      `/proc/self/fd/${fd}`,
      constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
    )
    if (sameFile(fd, opened)) return opened
    closeSync(opened)
  } catch {
    // A socket cannot be opened again, and not every system has `/proc/self/fd`.
  }
  // Node makes pipes and sockets non-blocking when it creates their stream.
  void (fd === 1 ? process.stdout : process.stderr).writable
  return fd
}

function sameFile(one: number, other: number): boolean {
  const [first, second] = [fstatSync(one), fstatSync(other)]
  return first.ino === second.ino && first.dev === second.dev && first.rdev === second.rdev
}
