import { CallRequest } from '../calls/pending-call.js'
import { currentProcess } from '../context/current-process.js'
import { tellOfAwait } from '../context/native-promise.js'
import type { Process } from '../process/process.js'
import { soon } from '../schedule/scheduler.js'
import { read } from '../show/index.js'
import type { SelfEnvelope } from './mailbox.js'

/**
 * A cast that waits for room in a mailbox, if it is awaited. That is known only when its promise is asked, which may be slightly later
 * than the cast; until then the cast has its place in the queue. A cast that nobody awaits is dropped: it would slow nobody down, and the
 * queue would have no limit.
 */
export class HeldCast extends CallRequest {
  #awaited = false
  readonly #letter: SelfEnvelope

  constructor(target: Process, letter: SelfEnvelope) {
    const shown = read(letter, 'method') === undefined ? read(letter, 'request') : letter
    super(currentProcess<Process>(), target, shown, target.name ?? target.pid, true)
    tellOfAwait(this.promise, () => {
      this.#awaited = true
    })
    this.#letter = letter
    // A promise that is resolved with it calls its `then` in a microtask: the first runs before that, the second one after it.
    soon(() => soon(() => this.#awaited || this.#leave()))
  }

  override get untimed(): boolean {
    return true
  }

  override admitted(target: Process): void {
    target.deliver(this.#letter, true)
    this.reply(undefined)
  }

  /** Gives up a cast that nobody awaits. Its promise must not be an unhandled rejection. */
  #leave(): void {
    this.promise.catch(() => {})
    this.giveUp()
  }

  /** Refuses the cast. If it is awaited, the promise rejects. */
  giveUp(): void {
    const { target } = this
    if (target === undefined) return
    target.bound?.refuse(target, this)
  }
}
