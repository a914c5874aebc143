import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExitReason } from '../../kernel/index.js'
import type { Assignment } from './assignment.js'
import { PROGRAM_SOURCE } from './bootstrap.js'
import { ProgramEar } from './last-words.js'
import { isPortMessage, type PortMessage, type Runtime, type RuntimeOwner } from './port.js'

const MEGABYTE = 1_048_576

/** What V8 ends a program with whose heap is full, as a shell tells it and as a parent does. */
const ABORTED = 134

/** A program of its own. */
export class ProgramRuntime implements Runtime {
  readonly #program: ChildProcess
  readonly #pipe: Socket
  readonly #fullHeap: FullHeap | undefined
  #failure: { readonly reason: ExitReason } | undefined

  constructor(
    owner: RuntimeOwner,
    assignment: Assignment & { readonly key: string },
    heapLimit: number | undefined,
    env = process.env,
  ) {
    this.#fullHeap = heapLimit === undefined ? undefined : new FullHeap(heapLimit)
    const argv = [
      ...process.execArgv,
      ...(this.#fullHeap?.flags ?? []),
      '-e',
      PROGRAM_SOURCE,
      JSON.stringify({ ...assignment, flags: process.execArgv.length }),
    ]
    this.#program = spawn(process.execPath, argv, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
      serialization: 'advanced',
      env,
    })
    this.#pipe = this.#program.stdio[4] as Socket
    const ear = new ProgramEar(
      this.#pipe,
      (message) => owner.took(message),
      (error) => owner.garbled(error),
    )
    guardChannel(this.#program, (error) => owner.garbled(error))
    this.#program.on('message', (message: unknown) =>
      ear.hear(message, isPortMessage(message) && message[0] !== 'module'),
    )
    this.#program.on('error', (error) => {
      this.#failure = { reason: error }
      if (this.#program.pid !== undefined) return
      this.#fullHeap?.ended()
      owner.ended(error)
    })
    this.#program.on('exit', (exitCode, signal) => {
      const ended = (): void => {
        ear.end()
        owner.ended(this.#reasonOf(exitCode, signal))
      }
      const heard = (): void => {
        if (this.#pipe.closed) ended()
        else this.#pipe.once('close', ended)
      }
      // What it said last may still be on the way.
      if (this.#program.connected || !this.#pipe.closed) owner.ending()
      if (!this.#program.connected) heard()
      else this.#program.once('disconnect', heard)
    })
  }

  post(message: PortMessage): void {
    if (this.#program.connected) this.#program.send(message as never, () => {})
  }

  kill(): void {
    this.#program.kill('SIGKILL')
  }

  hold(holds: boolean): void {
    // The channel of Bun has neither.
    const held: readonly ({ ref?(): unknown; unref?(): unknown } | null | undefined)[] = [
      this.#program,
      this.#program.channel,
      this.#pipe,
    ]
    for (const each of held) {
      if (holds) each?.ref?.()
      else each?.unref?.()
    }
  }

  #reasonOf(exitCode: number | null, signal: NodeJS.Signals | null): ExitReason {
    const isFull = this.#fullHeap?.ended() === true
    if (isFull && (signal === 'SIGABRT' || exitCode === ABORTED)) return { heapLimit: this.#fullHeap?.limit }
    return this.#failure?.reason ?? (signal === null ? { exitCode } : { signal })
  }
}

/**
 * The heap limit of a program. V8 aborts a program whose heap is full, as other code may. Node's report of a fatal error, which is written for nothing
 * else, tells them apart. It holds the environment, with its secrets, so it goes to a folder that nobody else may read, and does not stay.
 */
class FullHeap {
  readonly flags: readonly string[]
  readonly #folder: string | undefined

  /** @param limit bytes */
  constructor(readonly limit: number) {
    this.#folder = folderForReport()
    this.flags = [
      `--max-old-space-size=${Math.max(1, Math.ceil(limit / MEGABYTE))}`,
      ...(this.#folder === undefined
        ? []
        : ['--report-on-fatalerror', `--report-directory=${this.#folder}`, `--report-filename=${REPORT}`]),
    ]
  }

  /** The program has ended. Whether its heap may have been full: where there is no place for reports, nobody knows better. */
  ended(): boolean {
    if (this.#folder === undefined) return true
    try {
      return readFileSync(join(this.#folder, REPORT), 'utf8').includes('"OOMError"')
    } catch {
      return false
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }
}

const REPORT = 'fatal-error.json'

/** Undefined where the user of the program wants such reports, or no folder can be made. */
function folderForReport(): string | undefined {
  if (process.report?.reportOnFatalError === true) return undefined
  try {
    return mkdtempSync(join(tmpdir(), 'heartwood-'))
  } catch {
    return undefined
  }
}

interface ChannelHandle {
  onread?: (this: unknown, ...read: unknown[]) => unknown
}

/**
 * What a program writes into its channel by itself would throw here in nobody's turn, and end this program: bytes that are no message, or messages
 * of Node's own about sockets that are handed over, which are none of ours. The handle of the channel has no public name; where it is not found, as in
 * Bun, the channel is as it was.
 */
function guardChannel(program: ChildProcess, garbled: (error: unknown) => void): void {
  program.removeAllListeners('internalMessage')
  const key = Object.getOwnPropertySymbols(program).find(
    ({ description }) => description === 'kChannelHandle',
  )
  if (key === undefined) return
  const handle = (program as unknown as Record<symbol, ChannelHandle | null>)[key]
  const read = handle?.onread
  if (handle === null || handle === undefined || read === undefined) return
  handle.onread = function (this: unknown, ...bytes) {
    try {
      return read.apply(this, bytes)
    } catch (error) {
      return garbled(error)
    }
  }
}
