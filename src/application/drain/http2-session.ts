/** An HTTP/2 session of a drained server. */
import type { Http2Session, Http2Stream, IncomingHttpHeaders } from 'node:http2'

/**
 * A session is closed by one GOAWAY frame with the number of the last answered stream. RFC 9113 (6.8) recommends a first frame without a
 * limit, so that streams that are on their way are still answered. But after any GOAWAY frame Node silently drops new streams. With the
 * real number the client knows at once that they were not begun.
 *
 * So the frame is sent when probably no stream is on its way: while as many streams are open as ever before, the client most likely waits
 * for an answer before its next request.
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

  /** Tells the client to open no more streams, if this is such a moment. @param anyMoment whether to do it at any moment */
  leave(anyMoment: boolean): void {
    if (this.#judged || this.#open.size === 0) return
    this.#judged = true
    // Streams that were sent together arrive together, so the number is checked after them.
    setImmediate(() => {
      this.#judged = false
      if (anyMoment || this.#open.size >= this.#mostOpen) this.session.close()
    })
  }

  /** Checks whether streams were opened or closed. @returns the number of checks in a row without a change */
  look(): number {
    return ++this.#quietLooks
  }

  /** Closes the session when all streams have ended. */
  close(): void {
    this.session.close()
  }

  destroy(): void {
    this.session.destroy()
  }
}
