import type { VirtualTimers } from './virtual-timers.js'

/** What `setTimeout` and `setInterval` give while timers are fake: Node's `Timeout`. */
export class FakeTimeout {
  #cancel: (() => void) | undefined
  #held = true

  constructor(
    private readonly timers: VirtualTimers,
    private readonly run: () => void,
    private readonly ms: number,
    private readonly repeats: boolean,
    private readonly id: number,
  ) {
    this.refresh()
  }

  refresh(): this {
    this.close()
    this.#cancel = this.timers.set(this.ms, () => {
      this.#cancel = undefined
      if (this.repeats) this.refresh()
      this.run()
    })
    return this
  }

  close(): this {
    this.#cancel?.()
    this.#cancel = undefined
    return this
  }

  /** Virtual time keeps no program alive, but whoever asks is told. */
  ref(): this {
    this.#held = true
    return this
  }

  unref(): this {
    this.#held = false
    return this
  }

  hasRef(): boolean {
    return this.#held
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.toPrimitive](): number {
    return this.id
  }
}
