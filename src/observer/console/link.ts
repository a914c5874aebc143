/** The way from a console to its program: the observer's API. */
import { APPLICATION_ERRORS, type ObserverClient } from '../../application/index.js'
import { errorsOf, HeartwoodError, oneLine, read } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { observerError } from '../errors.js'
import type { ActionName } from '../server/actions.js'
import type { OrderName } from './orders.js'

const applicationError = errorsOf(APPLICATION_ERRORS)

/** Milliseconds that the observer may take beyond what an order waits itself. */
const PATIENCE = 10_000
/** Characters of an answer that are read. */
const MOST = 8_000_000

/** Sends orders, and gives up those of a line that is abandoned. */
export class Link {
  #line = new AbortController()

  constructor(
    private readonly observer: Pick<ObserverClient, 'addressOf'>,
    private readonly token: string | undefined,
    /** Who asks, as the log of the program has it. */
    private readonly by?: string,
  ) {}

  /**
   * @param timeout milliseconds that the order may take in the program
   * @throws CONSOLE_ABANDONED, CONSOLE_REFUSED, OBSERVER_UNREACHABLE, OBSERVER_ANSWER. All of them reject.
   */
  async order(name: OrderName, body: object = {}, timeout = PATIENCE): Promise<unknown> {
    const answer = await this.#post(`console/${name}`, { ...body, by: this.by }, timeout)
    return read(answer, 'value')
  }

  async act(name: ActionName, body: object): Promise<unknown> {
    return read(await this.#post(`actions/${name}`, body, PATIENCE), 'done')
  }

  /** What the API has at a path. */
  look(path: string): Promise<unknown> {
    return this.order('look', { path })
  }

  /** Gives up what is waited for: the program is told. */
  abandon(): void {
    this.#line.abort()
    this.#line = new AbortController()
  }

  async #post(path: string, body: object, timeout: number): Promise<unknown> {
    const url = new URL(this.observer.addressOf(path))
    const line = this.#line.signal
    const headers = {
      'content-type': 'application/json',
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
    }
    const signal = AbortSignal.any([line, AbortSignal.timeout(timeout + PATIENCE)])
    let response: Response
    let answer: unknown
    try {
      response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal })
      answer = parsed(await textOf(response))
    } catch (error) {
      if (line.aborted) throw observerError('CONSOLE_ABANDONED')
      if (HeartwoodError.is(error)) throw error
      const reason = reasonLine(read(error, 'cause') ?? error)
      throw applicationError('OBSERVER_UNREACHABLE', { url: url.origin, reason }, { cause: error })
    }
    if (response.ok && read(answer, 'ok') === true) return answer
    throw refusalOf(url, response.status, answer)
  }
}

/** What the program said to it, or that nothing of ours answered. */
function refusalOf(url: URL, status: number, answer: unknown): Error {
  if (status === 401) {
    const hint = 'It wants its token: set OBSERVER_TOKEN'
    return applicationError('OBSERVER_ANSWER', { url: url.href, status, hint })
  }
  const { code, message } = (read(answer, 'error') ?? {}) as Record<string, unknown>
  if (typeof code === 'string' && typeof message === 'string')
    return observerError('CONSOLE_REFUSED', { said: `${oneLine(code.slice(0, 100))}: ${oneLine(message)}` })
  const hint = 'It may be no address of a Heartwood observer that has a console'
  return applicationError('OBSERVER_ANSWER', { url: url.href, status, hint })
}

/** @throws CONSOLE_REFUSED for a text that does not end */
async function textOf(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true })
    if (text.length > MOST) {
      throw observerError('CONSOLE_REFUSED', {
        said: `an answer of more than ${MOST} characters, which is not read`,
      })
    }
  }
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Then it is nothing of ours, and is told by its status.
    return undefined
  }
}
