import type { ServerResponse } from 'node:http'
import { type Fragment, fragments, type Listing, listings, type PageModel } from './page.js'
import { encode, Readers } from './readers.js'

/** Bytes that one refresh may send to each reader: at two refreshes a second this is 16 KiB. */
const BUDGET = 8_192

/** What the readers were sent last of a piece, and when. */
interface Sent {
  readonly text: string
  readonly mark: string
  readonly turn: number
}

/**
 * The event stream of a page that is open: `list` events say which targets and workers it shows, and in which order;
 * `fragment` events, `{ id, html }`, are the pieces of it that have changed. Of many pieces each has its turn, what
 * matters most first, so that a reader costs no more than so much a second, whatever happens.
 */
export class LiveStream {
  readonly readers = new Readers()
  readonly #sent = new Map<string, Sent>()
  #lists: readonly string[] = []
  #turn = 0

  /** Adds a reader, whose page may be a moment old, or of another run: what it shows gets its turn. */
  connect(response: ServerResponse): void {
    this.readers.add(response)
    this.#lists = []
    for (const [id, sent] of this.#sent) this.#sent.set(id, { ...sent, text: '', turn: 0 })
  }

  /** Sends what is not as it was, and a comment when that is nothing: dead readers show by it. */
  refresh(model: PageModel): void {
    this.#turn += 1
    const pieces = fragments(model)
    const known = new Set(pieces.map(({ id }) => id))
    for (const id of this.#sent.keys()) if (!known.has(id)) this.#sent.delete(id)
    const text = this.#changedLists(listings(model)) + this.#changedPieces(pieces)
    this.readers.tell(text === '' ? ':\n\n' : text)
  }

  #changedLists(all: readonly Listing[]): string {
    const texts = all.map((each) => encode('list', each))
    const changed = texts.filter((text, index) => text !== this.#lists[index])
    this.#lists = texts
    return changed.join('')
  }

  #changedPieces(pieces: readonly Fragment[]): string {
    const changed = pieces
      .map(({ id, html, mark }) => ({ id, mark, text: html.text, sent: this.#sent.get(id) }))
      .filter(({ text, sent }) => sent?.text !== text)
    const urgency = ({ mark, sent }: (typeof changed)[number]): number =>
      sent?.mark === mark ? sent.turn : -1
    let text = ''
    for (const piece of changed.sort((a, b) => urgency(a) - urgency(b))) {
      const more = encode('fragment', { id: piece.id, html: piece.text })
      if (text !== '' && text.length + more.length > BUDGET) continue
      text += more
      this.#sent.set(piece.id, { text: piece.text, mark: piece.mark, turn: this.#turn })
    }
    return text
  }
}
