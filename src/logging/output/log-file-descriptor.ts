/**
 * A file descriptor as the destination of a log. When a line is written it is with the operating system, as long as that
 * takes it. When it does not, because nobody reads a pipe or a disk is full, the program goes on and lines wait: a
 * write that blocks would stop every worker, and signals with them.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'
import { type Alarm, SystemClock } from '../../kernel/index.js'
import { loggingError } from '../errors.js'
import { reasonLine } from '../text/failure-text.js'

/** Bytes that wait, at most; lines that come then are dropped and counted. */
export const HELD_BACK = 16 * 1024 * 1024

/** Milliseconds until the next attempt: from this, twice as long each time that nothing is taken, to that. */
const SOON = 5
const LATER = 100

/** Milliseconds after which it is said that nobody reads. */
const UNREAD = 1_000

/** Milliseconds that a program which exits waits for a reader that takes nothing, and for one that takes little. */
const AT_EXIT = { idle: 1_000, all: 5_000 }

const clock = new SystemClock()

/** Those that hold lines back. */
const holding = new Set<Descriptor>()

/** Bytes of logs that wait to be taken. */
export function logBytesHeldBack(): number {
  let bytes = 0
  for (const each of holding) bytes += each.heldBack
  return bytes
}

/** What waits is lost. */
export function dropHeldBackLogs(): void {
  for (const each of holding) each.drop()
}

/** Standard output and standard error have one each, whoever logs: lines stay in order. */
const standard = new Map<number, Descriptor>()

export function descriptor(fd: number): Descriptor {
  if (fd !== 1 && fd !== 2) return new Descriptor(fd)
  const known = standard.get(fd) ?? new Descriptor(withoutBlocking(fd))
  standard.set(fd, known)
  return known
}

/** A file, to which lines are appended. @throws LOG_FILE_UNUSABLE */
export function logFile(path: string): Descriptor {
  try {
    return new Descriptor(openSync(path, 'a'), path)
  } catch (cause) {
    throw loggingError('LOG_FILE_UNUSABLE', { file: path, why: reasonLine(cause) }, { cause })
  }
}

/** What JSON leaves as it is, and a terminal that shows the log obeys, or writes from right to left. */
const UNSEEN = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** The line with such signs written out, which is the same JSON. */
function harmless(line: string): string {
  if (line.search(UNSEEN) === -1) return line
  return line.replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export class Descriptor implements DestinationStream, Alarm {
  /** Told when everything is taken again of how many lines were not. */
  onDropped: (lines: number) => void = () => {}
  #held: (string | Buffer)[] = []
  #bytes = 0
  #dropped = 0
  #pause = SOON
  #since = 0
  #isGone = false
  /** Writing was refused, which is more than that nobody reads. */
  #fails = false
  #why = ''
  readonly #told = new Set<string>()

  #fd: number

  /** @param path of the file that it is, where it may be opened again */
  constructor(
    fd: number,
    private readonly path?: string,
  ) {
    this.#fd = fd
  }

  /**
   * Goes on in the file that now has that path, as after `logrotate` has moved the one before. When it cannot be opened, lines go
   * to the old one.
   *
   * @returns false where it has no path
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

  /** Bytes that somebody may yet read: a disk that is full is nothing to wait for. */
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

  /** For pino. */
  flush(done?: () => void): void {
    this.#attempt()
    done?.()
  }

  settled(): Promise<void> {
    return Promise.resolve()
  }

  /** Time for another attempt. */
  ring(): void {
    if (this.#attempt()) this.#pause = SOON
    else {
      this.#pause = Math.min(LATER, this.#pause * 2)
      if (clock.now() - this.#since > UNREAD) this.#tell('EAGAIN', 'nobody reads it')
    }
    if (this.#held.length > 0) this.#tryLater()
  }

  /** Waits, within limits, as what waits is lost otherwise. What is lost in the end is said on standard error. */
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
    // To say so in the log would be held back, too.
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

  /** @returns whether anything was taken */
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

  /** @returns what was not taken */
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
      // Nobody will ever read again.
      if (code === 'EPIPE') {
        this.#isGone = true
        return undefined
      }
      return typeof rest === 'string' ? Buffer.from(rest) : rest
    }
  }

  #tryLater(): void {
    clock.setAlarm(this, clock.now() + this.#pause)
    // A program that is through does not wait for its log: `flushAtExit` does.
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

  /** Once for each kind of failure. */
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
 * The descriptor so that a write to it returns at once. Files are left as they are. A pipe or a terminal is opened anew, since
 * whether writes block belongs to what was opened, which other programs share.
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
    // A socket cannot be opened, and not every system has such a folder.
  }
  // Node makes pipes and sockets so when it has a stream for them.
  void (fd === 1 ? process.stdout : process.stderr).writable
  return fd
}

function sameFile(one: number, other: number): boolean {
  const [first, second] = [fstatSync(one), fstatSync(other)]
  return first.ino === second.ino && first.dev === second.dev && first.rdev === second.rdev
}
