/** A linked queue, and a sender that lets others run after each thousand, as the senders of the scenarios do. */

interface Link<T> {
  readonly message: T
  next: Link<T> | undefined
}

export class Queue<T> {
  #first: Link<T> | undefined
  #last: Link<T> | undefined

  push(message: T): void {
    const link: Link<T> = { message, next: undefined }
    if (this.#last === undefined) this.#first = link
    else this.#last.next = link
    this.#last = link
  }

  /** Undefined when it is empty. */
  shift(): T | undefined {
    const first = this.#first
    if (first === undefined) return undefined
    this.#first = first.next
    if (first.next === undefined) this.#last = undefined
    return first.message
  }
}

const SHARE = 1_000

export async function inTurns(size: number, act: (at: number) => void): Promise<void> {
  for (let at = 0; at < size; ) {
    for (const end = Math.min(size, at + SHARE); at < end; at++) act(at)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
