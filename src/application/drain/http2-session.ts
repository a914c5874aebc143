/** An HTTP/2 session of a server that may be drained. */
import type { Http2Session, Http2Stream, IncomingHttpHeaders } from 'node:http2'

/** The largest stream id: a GOAWAY frame with it ends no stream, and asks the client to open no more of them. */
const LAST_STREAM = 2 ** 31 - 1

/**
 * Ended as RFC 9113 (6.8) advises: first the client is asked to open no more streams, and only when it is quiet it is told
 * the last stream that is answered. With one GOAWAY frame, a stream that crosses it on the way is lost.
 */
export class DrainedSession {
  readonly #open = new Set<Http2Stream>()
  #quietSince: number
  #asked = false

  constructor(
    private readonly session: Http2Session,
    private readonly now: () => number,
    opened: (stream: Http2Stream, name: string) => void,
  ) {
    this.#quietSince = now()
    session.on('stream', (stream: Http2Stream, headers: IncomingHttpHeaders) => {
      this.#open.add(stream)
      stream.once('close', () => {
        this.#open.delete(stream)
        this.#quietSince = this.now()
      })
      opened(stream, `${headers[':method']} ${headers[':path']}`)
    })
  }

  /** Asks the client to open no more streams; once. */
  askToLeave(): void {
    if (this.#asked || this.session.destroyed) return
    this.#asked = true
    this.session.goaway(0, LAST_STREAM)
  }

  /** Ends it when it has had no stream for `quiet` milliseconds. */
  closeQuiet(quiet: number): void {
    if (this.#open.size === 0 && this.now() - this.#quietSince >= quiet) this.session.close()
  }

  destroy(): void {
    this.session.destroy()
  }
}
