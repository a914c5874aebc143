import type { Alarm } from 'heartwood/kernel'
import type { VirtualClock } from 'heartwood/testing'

/** The network of a test: answers to `fetch` at once or when the test says so, and keeps count. */
export class FakeNet {
  /** How the host answers; a host without an entry answers 200. */
  readonly answers = new Map<string, (signal: AbortSignal) => Response | Promise<Response>>()
  /** Who reads what is sent to a host. */
  readonly bodies = new Map<string, (body: string) => void>()
  /** Whether its name servers say anything. */
  resolverAnswers = true
  /** Told of each request. */
  onRequest: ((host: string) => void) | undefined
  readonly #counts = new Map<string, number>()

  readonly fetch: typeof fetch = async (input, init) => {
    const { hostname } = new URL(String(input))
    this.#counts.set(hostname, this.count(hostname) + 1)
    this.onRequest?.(hostname)
    if (typeof init?.body === 'string') this.bodies.get(hostname)?.(init.body)
    const answer = this.answers.get(hostname) ?? (() => new Response('fine'))
    return answer(init?.signal ?? new AbortController().signal)
  }

  /** An answer that takes so many virtual milliseconds. */
  after(clock: VirtualClock, milliseconds: number): Promise<Response> {
    return new Promise((resolve) => {
      const alarm: Alarm = { ring: () => resolve(new Response('at last')), settled: async () => {} }
      clock.setAlarm(alarm, clock.now() + milliseconds)
    })
  }

  /** How often the host was asked. */
  count(host: string): number {
    return this.#counts.get(host) ?? 0
  }
}

/** An answer that never comes; the request ends only by its signal. */
export function silence(signal: AbortSignal): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
