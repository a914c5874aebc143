/** The way from a console to its program: the observer's API. */
import type { ObserverClient } from '../../application/index.js'
import { HeartwoodError, oneLine, read } from '../../kernel/index.js'
import { observerError } from '../errors.js'
import type { ActionName } from '../server/actions.js'
import type { OrderName } from './orders.js'

/** Milliseconds that the observer may take beyond what an order waits itself. */
const PATIENCE = 10_000

/** Sends orders, and gives up those of a line that is abandoned. */
export class Link {
  #line = new AbortController()

  constructor(
    private readonly observer: Pick<ObserverClient, 'post'>,
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

  async act(name: ActionName, body: Readonly<Record<string, unknown>>): Promise<unknown> {
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

  async #post(path: string, body: Readonly<Record<string, unknown>>, timeout: number): Promise<unknown> {
    const line = this.#line.signal
    const signal = AbortSignal.any([line, AbortSignal.timeout(timeout + PATIENCE)])
    try {
      return await this.observer.post(path, body, signal)
    } catch (error) {
      if (line.aborted) throw observerError('CONSOLE_ABANDONED')
      if (!HeartwoodError.is(error, 'OBSERVER_ANSWER') || error.details.status === 401) throw error
      const { said } = error.details as {
        readonly said?: { readonly code: string; readonly message: string }
      }
      if (said === undefined) throw error
      throw observerError('CONSOLE_REFUSED', { said: `${oneLine(said.code)}: ${oneLine(said.message)}` })
    }
  }
}
