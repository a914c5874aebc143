import { CallRequest } from '../calls/pending-call.js'
import { currentProcess } from '../context/current-process.js'
import type { Process } from '../process/process.js'
import { soon } from '../schedule/scheduler.js'
import { read } from '../show/index.js'
import type { SelfEnvelope } from './mailbox.js'

/**
 * A cast that waits for room in a mailbox, as long as somebody awaits it. Whether that is so is seen only by the `then` of
 * the `await`, which comes a moment later than the cast: until then it has its place in the line. Of one that nobody awaits
 * nothing is left, since nobody would be slowed by it, and the line had no limit.
 */
export class HeldCast extends CallRequest implements PromiseLike<undefined> {
  #awaited = false
  readonly #letter: SelfEnvelope

  constructor(target: Process, letter: SelfEnvelope) {
    const shown = read(letter, 'method') === undefined ? read(letter, 'request') : letter
    super(currentProcess(), target, shown, target.name ?? target.pid)
    this.#letter = letter
    // The first of these comes before the `then` of an `await`, the second after it.
    soon(() => soon(() => this.#awaited || this.#leave()))
  }

  override get untimed(): boolean {
    return true
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, or left alone; that makes the difference.
  then<Value, Otherwise>(
    done?: ((value: undefined) => Value | PromiseLike<Value>) | null,
    failed?: ((reason: unknown) => Otherwise | PromiseLike<Otherwise>) | null,
  ): Promise<Value | Otherwise> {
    this.#awaited = true
    return (this.promise as Promise<undefined>).then(done, failed)
  }

  override admitted(target: Process): void {
    target.deliver(this.#letter, true)
    this.reply(undefined)
  }

  /** Nobody awaits it, so that its failure is nobody's. */
  #leave(): void {
    this.promise.catch(() => {})
    this.giveUp()
  }

  /** It is not waited for. Who awaits it all the same is told. */
  giveUp(): void {
    const { target } = this
    if (target === undefined) return
    target.bound?.refuse(target, this)
  }
}
