import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Who may see the operator's view: nobody, or whoever has the token. That a request comes from this machine says nothing:
 * a reverse proxy on it passes on those of strangers.
 */
export type OperatorAccess =
  | 'closed'
  | {
      readonly token: string
      /** The names by which operators reach Pulse, besides addresses that are numbers and `localhost`. */
      readonly hosts: readonly string[]
    }

/** What the gate needs of the rest of Pulse. */
export interface GateTools {
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>
  /** A line in the log. */
  warn(message: string): void
}

/** A wrong token is answered after so many milliseconds … */
const SLOWED = 1_000
/** … and somebody who waits for so many of these answers is not listened to. */
const AT_A_TIME = 5

/** Lets requests of the operator's pass, and answers the others. */
export class OperatorGate {
  /** How many answers each address waits for that sent wrong tokens. */
  readonly #slowed = new Map<string, number>()
  readonly #token: Buffer | undefined
  readonly #hosts: ReadonlySet<string>
  #wrong = 0

  constructor(
    access: OperatorAccess,
    private readonly tools: GateTools,
  ) {
    this.#token = access === 'closed' ? undefined : digest(access.token)
    this.#hosts = new Set(access === 'closed' ? [] : access.hosts.map((host) => host.toLowerCase()))
  }

  /**
   * Answers a request that is refused. The token comes as a bearer, or as the password that a browser asks for.
   *
   * @returns whether it was refused; not the reply, which is a promise of its own end and, awaited, nothing
   */
  async refuse(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    if (this.#token === undefined) {
      return refused(reply, 403, 'the operator’s view is closed; PULSE_OPERATOR_TOKEN opens it')
    }
    const stranger = this.#stranger(request)
    if (stranger !== undefined) return refused(reply, 403, stranger)
    const { authorization } = request.headers
    if (authorization === undefined) return askForToken(reply)
    const waiting = this.#slowed.get(request.ip) ?? 0
    if (waiting >= AT_A_TIME) {
      return refused(reply.header('retry-after', '1'), 429, 'too many wrong tokens; try again in a second')
    }
    // In a time that tells nothing of how much was right.
    if (timingSafeEqual(digest(given(authorization)), this.#token)) return false
    await this.#slow(request.ip, waiting)
    return askForToken(reply)
  }

  async #slow(address: string, waiting: number): Promise<void> {
    this.#wrong += 1
    this.#slowed.set(address, waiting + 1)
    if (waiting === 0) {
      this.tools.warn(`a wrong operator’s token from ${address}; ${this.#wrong} since the web server started`)
    }
    await this.tools.pause(SLOWED)
    const left = (this.#slowed.get(address) ?? 1) - 1
    if (left === 0) this.#slowed.delete(address)
    else this.#slowed.set(address, left)
  }

  /** Why a browser that sends this acts for another site. A site whose name leads here has its pages ask under that name. */
  #stranger({ headers, method }: FastifyRequest): string | undefined {
    const { host = '', origin } = headers
    if (!this.#isOurs(host)) {
      return `the operator’s view does not answer to the host "${host}"; PULSE_HOSTS lists the names it has`
    }
    const from = origin === undefined ? undefined : hostOf(origin)
    if (origin !== undefined && from !== host && !this.#hosts.has(nameOf(from ?? '') ?? '')) {
      return `only a page of this server may ask for this, and none of ${origin}`
    }
    const site = headers['sec-fetch-site'] ?? 'none'
    // Who follows a link from elsewhere only looks.
    const looks = method === 'GET' && headers['sec-fetch-mode'] === 'navigate'
    if (site === 'same-origin' || site === 'none' || looks) return undefined
    return `only a page of this server may ask for this, and none of a ${String(site)} origin`
  }

  #isOurs(host: string): boolean {
    const name = nameOf(host)
    if (name === undefined) return false
    // Nobody else can make an address of numbers lead here.
    return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || this.#hosts.has(name)
  }
}

function refused(reply: FastifyReply, status: number, error: string): true {
  reply.code(status).send({ error })
  return true
}

function askForToken(reply: FastifyReply): true {
  reply.header('www-authenticate', 'Basic realm="Pulse operator", charset="UTF-8"')
  return refused(reply, 401, 'this needs the operator’s token, as a Bearer token or as the password')
}

function given(authorization: string): string {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(.+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return value
  const decoded = Buffer.from(value, 'base64').toString('utf8')
  return decoded.slice(decoded.indexOf(':') + 1)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Host and port of an origin. A sandboxed page calls itself 'null', which is no address at all. */
const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined

/** The name in a Host header, without the port. */
function nameOf(host: string): string | undefined {
  const address = `http://${host}/`
  return URL.canParse(address) ? new URL(address).hostname.toLowerCase() : undefined
}
