/** The network of a test: answers to `fetch` at once or when the test says so, and keeps count. */
export class FakeNet {
  /** How the host answers; a host without an entry answers 200. */
  readonly answers = new Map<string, (signal: AbortSignal) => Response | Promise<Response>>()
  readonly #counts = new Map<string, number>()

  readonly fetch: typeof fetch = async (input, init) => {
    const { hostname } = new URL(String(input))
    this.#counts.set(hostname, this.count(hostname) + 1)
    const answer = this.answers.get(hostname) ?? (() => new Response('fine'))
    return answer(init?.signal ?? new AbortController().signal)
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
