/** Clients that hold one connection for everything: HTTP/2 and WebSocket. */
import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { type Client, Crossed, checkLength, repeat, type Site, SMALL, together, Unsent } from './client.js'

/** A HEADERS frame (RFC 9113, 6.2), without which a stream has not begun. */
const HEADERS = 1

/** The number of the last stream that the server has begun, by its GOAWAY frame; infinite before that. */
const LAST_BEGUN = new WeakMap<ClientHttp2Session, () => number>()

/** One session at a time, and a new one when that takes no streams any more. */
class Session {
  #session: Promise<ClientHttp2Session> | undefined

  constructor(
    private readonly kind: string,
    private readonly site: Site,
  ) {}

  async current(): Promise<ClientHttp2Session> {
    const session = this.#session
    const { closed, destroyed } = (await session) ?? { closed: true, destroyed: true }
    // Another request may have opened one meanwhile.
    if ((closed || destroyed) && this.#session === session) {
      this.#session = this.#open()
      this.#session.catch(() => {
        this.#session = undefined
      })
    }
    return this.#session ?? this.current()
  }

  async #open(): Promise<ClientHttp2Session> {
    this.site.admit()
    const made = connect(`https://127.0.0.1:${this.site.ports.http2}`, { rejectUnauthorized: false })
    let last = Number.POSITIVE_INFINITY
    made.on('goaway', (_code, lastStream) => {
      last = lastStream
      this.site.tally.of(this.kind).told++
    })
    LAST_BEGUN.set(made, () => last)
    await once(made, 'connect')
    return made.on('error', () => {})
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined)
    session?.close()
  }
}

/**
 * @throws Unsent what Node has refused itself after a GOAWAY frame: it tells of the HEADERS frame that it did not send
 * @throws Crossed what was sent and not begun: the GOAWAY frame names an earlier stream as the last one
 */
async function lengthOf(stream: ClientHttp2Stream): Promise<number> {
  // Asked for now: a stream that is closed has no session.
  const lastBegun = LAST_BEGUN.get(stream.session as ClientHttp2Session) ?? (() => Number.POSITIVE_INFINITY)
  let sent = true
  stream.on('frameError', (type: number) => {
    if (type === HEADERS) sent = false
  })
  let bytes = 0
  try {
    for await (const chunk of stream) bytes += (chunk as Buffer).length
  } catch (error) {
    if (stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM) throw error
    if (!sent) throw new Unsent()
    if ((stream.id ?? 0) > lastBegun()) throw new Crossed()
    throw error
  }
  return bytes
}

/** @param streams requests at once on a session */
export function http2Client(shape: 'small' | 'upload', streams: number): Client {
  const kind = streams === 1 ? `http2 ${shape}` : `http2 ${streams} at once`
  return {
    kind,
    async run(site) {
      const session = new Session(kind, site)
      const ask = async (): Promise<void> => {
        const stream = (await session.current()).request({ ':path': '/', ':method': 'POST' })
        const length = lengthOf(stream)
        length.catch(() => {})
        for (let part = 0; part < 5 && shape === 'upload'; part++) {
          stream.write(Buffer.alloc(20_000))
          await wait(10)
        }
        stream.end()
        checkLength(await length, SMALL)
      }
      await together(streams, () => repeat(site, kind, ask))
      await session.close()
    },
  }
}

/** Echoes until the server says that it goes away. */
export const webSocketClient: Client = {
  kind: 'websocket',
  async run(site) {
    const counts = site.tally.of('websocket')
    await repeat(site, 'websocket', async () => {
      site.admit()
      const socket = new WebSocket(`ws://127.0.0.1:${site.ports.websocket}/`)
      await once(socket, 'open')
      const closed = once(socket, 'close')
      for (;;) {
        socket.send('hello')
        const echo = await Promise.race([once(socket, 'message'), closed.then(() => undefined)])
        if (echo === undefined) break
        counts.answered++
      }
      const [code] = (await closed) as [number]
      if (code !== 1001) throw Object.assign(new Error('not told'), { code: `CLOSED_${code}` })
      counts.told++
      // The closing is counted by who repeats this, and no request.
      counts.answered--
    })
  },
}
