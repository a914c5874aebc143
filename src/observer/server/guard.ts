/** Who may ask what: the token, the host a request is for, and the site it comes from. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { observerError } from '../errors.js'
import { type CheckedOptions, isLoopback } from '../options.js'

export class Guard {
  readonly #token: Buffer | undefined
  readonly #reading: CheckedOptions['reading']
  readonly #hosts: ReadonlySet<string>
  readonly #console: boolean

  constructor({ token, reading, hosts, console }: CheckedOptions) {
    this.#token = token === undefined ? undefined : digest(token)
    this.#reading = reading
    this.#console = console
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()))
  }

  get actions(): boolean {
    return this.#token !== undefined
  }

  get reading(): CheckedOptions['reading'] {
    return this.#reading
  }

  /**
   * Whether a request may look. Where anybody may who reaches the address, the name it was reached by must be ours: a
   * site whose name is made to point to this machine has its pages ask under that name.
   *
   * @throws OBSERVER_HOST, OBSERVER_FOREIGN, OBSERVER_NO_TOKEN
   */
  mayRead(request: IncomingMessage): void {
    if (this.#reading === 'open') this.#checkHost(request)
    this.#checkSite(request)
    if (this.#reading === 'token') this.#checkToken(request)
  }

  /** @throws OBSERVER_HOST, OBSERVER_FOREIGN, OBSERVER_READ_ONLY, OBSERVER_NO_TOKEN */
  mayAct(request: IncomingMessage): void {
    this.mayRead(request)
    if (this.#token === undefined) throw observerError('OBSERVER_READ_ONLY')
    this.#checkToken(request)
  }

  /** @throws OBSERVER_CONSOLE_OFF, and what `mayAct` throws, which comes first: who has no token learns nothing */
  mayOrder(request: IncomingMessage): void {
    this.mayAct(request)
    if (!this.#console) throw observerError('OBSERVER_CONSOLE_OFF')
  }

  #checkHost({ headers: { host = '' } }: IncomingMessage): void {
    const name = hostname(host)
    if (name === undefined || !(isLoopback(name) || this.#hosts.has(name))) {
      throw observerError('OBSERVER_HOST', { host })
    }
  }

  #checkSite({ headers }: IncomingMessage): void {
    const { origin, host } = headers
    const site = headers['sec-fetch-site']
    // A browser always says where a request that changes something comes from; a program says nothing.
    if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) {
      throw observerError('OBSERVER_FOREIGN', { site: origin })
    }
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw observerError('OBSERVER_FOREIGN', { site })
    }
  }

  #checkToken({ headers: { authorization = '' } }: IncomingMessage): void {
    const given = Buffer.from(/^bearer +(.+)$/i.exec(authorization)?.[1] ?? '', 'latin1').toString()
    // Of equal length, and compared to the end, whatever was given.
    if (this.#token === undefined || !timingSafeEqual(digest(given), this.#token)) {
      throw observerError('OBSERVER_NO_TOKEN')
    }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** The name in a Host header, without the port. */
function hostname(host: string): string | undefined {
  const address = `http://${host}/`
  return URL.canParse(address) ? new URL(address).hostname.toLowerCase() : undefined
}
