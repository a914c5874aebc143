/** The HTTP client for the observer of a running program. All commands that look into a running program use it. */
import { HeartwoodError, read } from '../kernel/index.js'
import { reasonLine } from '../logging/index.js'
import { applicationError } from './errors.js'

/** The time that the observer has to answer, in milliseconds. */
const PATIENCE = 10_000
/** The most bytes of an answer that are read. A longer answer is not that of an observer. */
const LARGEST = 64 * 1024 * 1024

/** The most characters of a code, and of a message, that are kept. */
const LONGEST_CODE = 100
const LONGEST_MESSAGE = 10_000

/** A function that reads a path of the observer's API, such as `'overview'`. */
export type Ask = (path: string) => Promise<unknown>

/** The command that uses the client, for the message about a wrong URL. */
export interface Asker {
  /** The usage line, such as `'heartwood observe <url>'`. */
  readonly usage: string
  /** The command that prints the help, such as `'heartwood observe --help'`. */
  readonly help: string
  /** The name of the URL in messages. Default `'the URL'`. */
  readonly name?: string
}

/** A client for the observer at one address. */
export class ObserverClient {
  readonly #base: URL

  /**
   * @param token the token of the observer, if it requires one
   * @throws USAGE for an invalid URL
   */
  constructor(
    url: string,
    private readonly token: string | undefined,
    { usage, help, name = 'the URL' }: Asker,
  ) {
    const address = /^https?:\/\//.test(url) ? url : `http://${url}`
    if (!URL.canParse(address)) {
      const problem = `${name} must be an address such as http://127.0.0.1:4010, but is ${JSON.stringify(url)}.`
      throw applicationError('USAGE', { problem, usage, help })
    }
    this.#base = new URL(address)
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/'
  }

  /** The address of a path of the API. */
  addressOf(path: string): string {
    return new URL(`api/${path}`, this.#base).href
  }

  /** @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject. */
  readonly get: Ask = (path) => this.#asked(path, { signal: AbortSignal.timeout(PATIENCE) })

  /** Performs an action. @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject. */
  act(action: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.post(`actions/${action}`, body, AbortSignal.timeout(PATIENCE))
  }

  /**
   * Sends a POST request to a path of the API. When the observer refuses it, the error has the observer's answer in `details.said`.
   *
   * @param signal aborts the request
   * @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject.
   */
  post(path: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/json' }
    return this.#asked(path, { method: 'POST', body: JSON.stringify(body), headers, signal })
  }

  /**
   * The text of an event stream in parts, until the signal aborts it.
   *
   * @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject.
   */
  async *stream(path: string, signal: AbortSignal): AsyncGenerator<string, void> {
    const response = await this.#fetched(path, { signal })
    if (!response.ok || response.body === null) throw this.#refusal(response, await bodyOf(response))
    const decoder = new TextDecoder()
    try {
      for await (const part of response.body as unknown as AsyncIterable<Uint8Array>)
        yield decoder.decode(part, { stream: true })
    } catch (error) {
      // After an abort the end of the stream is no failure.
      if (!signal.aborted) throw this.#unreachable(error)
    }
  }

  async #asked(path: string, init: RequestInit): Promise<unknown> {
    const response = await this.#fetched(path, init)
    const body = await bodyOf(response).catch((error: unknown) => {
      throw this.#unreachable(error)
    })
    if (response.ok && typeof body === 'object' && body !== null) return body
    throw this.#refusal(response, body)
  }

  async #fetched(path: string, init: RequestInit): Promise<Response> {
    const authorization = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }
    try {
      const headers = { ...(init.headers as Record<string, string>), ...authorization }
      return await fetch(this.addressOf(path), { ...init, headers })
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  #unreachable(error: unknown): Error {
    const cause = read(error, 'cause') ?? error
    const details = { url: this.#base.origin, reason: reasonLine(cause) }
    return applicationError('OBSERVER_UNREACHABLE', details, { cause: error })
  }

  #refusal({ status, url }: Response, body: unknown): HeartwoodError {
    return applicationError('OBSERVER_ANSWER', { url, status, hint: hint(status, body), said: saidIn(body) })
  }
}

/** The JSON of an answer; `undefined` if it has none. */
async function bodyOf(response: Response): Promise<unknown> {
  if (response.body === null) return undefined
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part, { stream: true })
    if (text.length > LARGEST) return undefined
  }
  try {
    return JSON.parse(text)
  } catch {
    // What it is instead is said by whoever asked.
    return undefined
  }
}

/** The code and the message with which an observer refuses. */
function saidIn(body: unknown): { readonly code: string; readonly message: string } | undefined {
  const error = read(body, 'error')
  const [code, message] = [read(error, 'code'), read(error, 'message')]
  if (typeof code !== 'string' || typeof message !== 'string') return undefined
  return { code: code.slice(0, LONGEST_CODE), message: message.slice(0, LONGEST_MESSAGE) }
}

function hint(status: number, body: unknown): string {
  if (status === 401) return 'It wants its token: set OBSERVER_TOKEN'
  const told = read(read(body, 'error'), 'message')
  return typeof told === 'string' ? `It says: ${told}` : 'It may be no address of a Heartwood observer'
}
