/** What code under test leaves on the program itself: listeners, and handles that are open. */
import { turnOfLoop } from '../../kernel/index.js'
import { activeCounts } from './real-work.js'

const FAILURES = ['uncaughtException', 'unhandledRejection'] as const

/** Handles that are there for good once they are; connections are not counted, since pools keep them for a while. */
const HANDLES = /^(TCPServerWrap|PipeServerWrap|UDPWrap|FSEventWrap|StatWatcher|ProcessWrap)$/

const TURNS = 3

type Listener = (...args: unknown[]) => void

/** How the program was before a test. */
export class Footprint {
  readonly #listeners = listeners()
  readonly #handles = handleCounts()

  /** What is there now and was not before, in words; listeners among it are taken off. */
  left(): string[] {
    const left: string[] = []
    for (const [event, all] of listeners()) {
      const extra = all.filter((listener) => !this.#listeners.get(event)?.includes(listener))
      for (const listener of extra) process.off(event, listener)
      if (extra.length > 0) left.push(`${extra.length} × process.on('${event}')`)
    }
    return [...left, ...this.#open()]
  }

  /** A handle that is being closed counts until the event loop has been round. */
  async closed(): Promise<void> {
    for (let turns = 0; turns < TURNS && this.#open().length > 0; turns++) await turnOfLoop()
  }

  #open(): string[] {
    return [...handleCounts()].flatMap(([name, count]) => {
      const more = count - (this.#handles.get(name) ?? 0)
      return more > 0 ? [`${more} × ${name}`] : []
    })
  }
}

/**
 * Lets the processes of a test fail as they would in a program: what no code caught becomes the exit reason of the
 * process it comes from, and the test runner hears of the rest alone.
 *
 * @param contain false for what comes from no process
 */
export function divertFailures(contain: (reason: unknown, promise: unknown) => boolean): Disposable {
  const diverted = FAILURES.map((event) => {
    const others = process.listeners(event as 'uncaughtException') as Listener[]
    const listener: Listener = (reason, second) => {
      if (contain(reason, event === 'unhandledRejection' ? second : undefined)) return
      for (const other of others) other.call(process, reason, second)
      if (others.length === 0) throw reason
    }
    for (const other of others) process.off(event, other)
    process.on(event, listener)
    return { event, others, listener }
  })
  return {
    [Symbol.dispose]() {
      for (const { event, others, listener } of diverted) {
        process.off(event, listener)
        const since = process.listeners(event as 'uncaughtException') as Listener[]
        for (const each of since) process.off(event, each)
        for (const each of [...others, ...since]) process.on(event, each)
      }
    },
  }
}

/** Those for the end of the program are put there by many a library when it is loaded, and harm no test. */
function listeners(): Map<string, Listener[]> {
  const names = process.eventNames().filter((name) => name !== 'exit' && name !== 'beforeExit')
  return new Map(
    names.map((name) => [String(name), process.listeners(name as 'uncaughtException') as Listener[]]),
  )
}

function handleCounts(): Map<string, number> {
  return new Map([...activeCounts()].filter(([name]) => HANDLES.test(name)))
}
