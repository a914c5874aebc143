/** Asks the observer of a program that runs, over HTTP: what every command does that looks into one. */
import { HeartwoodError, read } from '../kernel/index.js'
import { reasonLine } from '../logging/index.js'
import { applicationError } from './errors.js'

/** Milliseconds that the observer may take. */
const PATIENCE = 10_000
/** Bytes of an answer that are read: whoever sends more is no observer. */
const LARGEST = 64 * 1024 * 1024

/** Characters that are kept of a code, and of a message. */
const LONGEST_CODE = 100
const LONGEST_MESSAGE = 10_000

/** Asks an observer for what its API has at a path, such as `'overview'`. */
export type Ask = (path: string) => Promise<unknown>

/** The command that asks, for what is said of a wrong URL. */
export interface Asker {
  /** How it is called, such as `'heartwood observe <url>'`. */
  readonly usage: string
  /** Such as `'heartwood observe --help'`. */
  readonly help: string
  /** What messages call the URL. Default `'the URL'`. */
  readonly name?: string
}

/** The observer at one address. */
export class ObserverClient {
  readonly #base: URL

  /**
   * @param token what it was started with, for one that wants it
   * @throws USAGE for a URL that is none
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

  /** The address of a path of its API. */
  addressOf(path: string): string {
    return new URL(`api/${path}`, this.#base).href
  }

  /** @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject. */
  readonly get: Ask = (path) => this.#asked(path, { signal: AbortSignal.timeout(PATIENCE) })

  /** Gives an order. @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject. */
  act(action: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.post(`actions/${action}`, body, AbortSignal.timeout(PATIENCE))
  }

  /**
   * Gives an order at a path of its API. What the observer refuses has what it says in the details of its error, under `said`.
   *
   * @param signal ends the request
   * @throws OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject.
   */
  post(path: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/json' }
    return this.#asked(path, { method: 'POST', body: JSON.stringify(body), headers, signal })
  }

  /**
   * The text of an event stream, piece by piece, until the signal ends it.
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
      // The end that was asked for.
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

/** The JSON of an answer; undefined for one that is none. */
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
