import type { Runnable, Scheduler } from '../../src/kernel/index.js'

/**
 * Runs whichever ready process a seed says: laws must hold in any order of turns, not only in the fair one.
 */
export class ShuffledScheduler implements Scheduler {
  readonly #ready: Runnable[] = []
  #scheduled = false
  #state: number
  #whenIdle: () => void = () => {}
  readonly #run = (): void => this.#turn()

  constructor(seed: number) {
    this.#state = seed | 0
  }

  get idle(): boolean {
    return this.#ready.length === 0 && !this.#scheduled
  }

  onIdle(callback: () => void): void {
    this.#whenIdle = callback
  }

  enqueue(task: Runnable): void {
    this.#ready.push(task)
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(this.#run)
  }

  #turn(): void {
    const [task] = this.#ready.splice(this.#below(this.#ready.length), 1)
    task?.turn()
    this.#scheduled = this.#ready.length > 0
    if (!this.#scheduled) this.#whenIdle()
    else if (this.#below(4) === 0) setImmediate(this.#run)
    else queueMicrotask(this.#run)
  }

  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) | 0
    return (this.#state >>> 8) % Math.max(1, limit)
  }
}
