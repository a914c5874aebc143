/** An HTTP/2 session of a server that may be drained. */
import type { Http2Session, Http2Stream, IncomingHttpHeaders } from 'node:http2'

/**
 * Ended by one GOAWAY frame, which names the last stream that is answered. RFC 9113 (6.8) advises a first one that ends no
 * stream, so that those which cross it on their way are answered, too; but whatever GOAWAY frame Node has sent, it drops the
 * streams that come then, and tells nobody. With the true number the client knows at once that they were not begun.
 *
 * So the frame is sent when none is likely to be on its way: while as many streams are open as ever were at once, the client
 * probably waits for an answer before it asks again.
 */
export class DrainedSession {
  readonly #open = new Set<Http2Stream>()
  #mostOpen = 0
  #quietLooks = 0
  #judged = false

  constructor(
    private readonly session: Http2Session,
    opened: (stream: Http2Stream, name: string) => void,
  ) {
    session.on('stream', (stream: Http2Stream, headers: IncomingHttpHeaders) => {
      this.#open.add(stream)
      this.#mostOpen = Math.max(this.#mostOpen, this.#open.size)
      this.#quietLooks = 0
      stream.once('close', () => {
        this.#open.delete(stream)
        this.#quietLooks = 0
      })
      opened(stream, `${headers[':method']} ${headers[':path']}`)
    })
  }

  /** Tells the client to open no more streams, if this is a good moment for it. @param anyMoment whether each is good */
  leave(anyMoment: boolean): void {
    if (this.#judged || this.#open.size === 0) return
    this.#judged = true
    // Streams that were sent at once come at once.
    setImmediate(() => {
      this.#judged = false
      if (anyMoment || this.#open.size >= this.#mostOpen) this.session.close()
    })
  }

  /** Looks whether streams were opened or closed. @returns how often none was without a break */
  look(): number {
    return ++this.#quietLooks
  }

  /** Ends it when all streams are through. */
  close(): void {
    this.session.close()
  }

  destroy(): void {
    this.session.destroy()
  }
}
