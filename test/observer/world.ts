import { type IncomingHttpHeaders, request } from 'node:http'
import { type ObserverServerOptions, type RunningObserver, startObserver } from 'heartwood/observer'
import { Kernel, type KernelOptions, type Report, VirtualClock } from '../../src/kernel/index.js'

export const TOKEN = 'a-token-of-a-test-long-enough'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON, for tests to look into. */
  readonly json: never
}

export interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/** A kernel whose time stands still, and an observer of it on a port of its own. */
export interface Observed extends AsyncDisposable {
  readonly clock: VirtualClock
  readonly kernel: Kernel
  readonly reports: Report[]
  readonly running: RunningObserver
  ask(path: string, asked?: Asked): Promise<Answer>
  /** The JSON of an answer that must be a good one. */
  get<T = Record<string, unknown>>(path: string): Promise<T>
  act(action: string, body: unknown, token?: string): Promise<Answer>
}

export async function observed(
  options: ObserverServerOptions = {},
  kernelOptions: KernelOptions = {},
): Promise<Observed> {
  const clock = new VirtualClock()
  const reports: Report[] = []
  const kernel = new Kernel({ clock, report: (it) => reports.push(it), ...kernelOptions })
  const running = await startObserver({ kernel, port: 0, token: TOKEN, ...options })
  const ask = (path: string, asked: Asked = {}): Promise<Answer> => asking(new URL(path, running.url), asked)
  return {
    clock,
    kernel,
    reports,
    running,
    ask,
    async get<T>(path: string): Promise<T> {
      const { status, text } = await ask(path)
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
      return JSON.parse(text) as T
    },
    act: (action, body, token = TOKEN) =>
      ask(`api/actions/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
      }),
    [Symbol.asyncDispose]: () => running.close(),
  }
}

/** By `node:http`, which lets a test say any header; `fetch` would not. */
function asking(url: URL, { method = 'GET', headers = {}, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        const { statusCode: status = 0, headers: got } = response
        const json = got['content-type']?.startsWith('application/json') ? JSON.parse(text) : undefined
        resolve({ status, headers: got, text, json: json as never })
      })
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
}

export interface StreamEvent {
  readonly event: string
  readonly data: Record<string, unknown>
}

/** An event stream, read event by event. */
export class Stream implements Disposable {
  readonly #abort = new AbortController()
  readonly #events: StreamEvent[] = []
  #wake: () => void = () => {}
  #over = false

  static async open(url: string, headers: Record<string, string> = {}): Promise<Stream> {
    const stream = new Stream()
    const response = await fetch(url, { signal: stream.#abort.signal, headers })
    if (!response.ok || response.body === null) throw new Error(`${response.status} ${await response.text()}`)
    stream.#read(response.body).catch(() => stream.#end())
    return stream
  }

  /** The next event of that name; those before it are passed over. */
  async next(
    event: string,
    fits: (data: StreamEvent['data']) => boolean = () => true,
  ): Promise<StreamEvent['data']> {
    for (;;) {
      const at = this.#events.findIndex((each) => each.event === event && fits(each.data))
      const [found] = at < 0 ? [] : this.#events.splice(0, at + 1).slice(-1)
      if (found !== undefined) return found.data
      if (this.#over) throw new Error(`the stream ended without ${event}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Resolves when the server ended it. */
  async ended(): Promise<void> {
    while (!this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  [Symbol.dispose](): void {
    this.#abort.abort()
  }

  #end(): void {
    this.#over = true
    this.#wake()
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    for await (const part of body) {
      text += decoder.decode(part, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/s.exec(block) ?? []
        this.#events.push({ event, data: JSON.parse(data) })
      }
      this.#wake()
    }
    this.#end()
  }
}
