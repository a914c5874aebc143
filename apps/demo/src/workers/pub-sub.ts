import { Cast, type DownMessage, GenServer, Info, inject, isDown, monitor, type Pid, send } from 'heartwood'
import type { PulseEvent, Topic } from './events.js'
import { Faults } from './faults.js'
import { PUB_SUB } from './names.js'
import { Worker } from './worker.js'

/** Tells whoever subscribed about results, changes and stored batches, in the order in which they were published. */
@GenServer({ name: PUB_SUB })
export class PubSub extends Worker {
  readonly #subscribers = new Map<Pid, readonly Topic[]>()

  constructor(@inject(Faults) faults: Faults) {
    super(faults)
  }

  init(): void {
    this.begin(PUB_SUB)
  }

  /** From now on, and as long as it lives, the subscriber gets every event of these kinds as a message. */
  @Cast()
  subscribe(subscriber: Pid, topics: readonly Topic[]): void {
    if (!this.#subscribers.has(subscriber)) monitor(subscriber)
    this.#subscribers.set(subscriber, topics)
  }

  @Cast()
  publish(event: PulseEvent): void {
    for (const [subscriber, topics] of this.#subscribers) {
      if (topics.includes(event.kind)) send(subscriber, event)
    }
  }

  @Info(isDown)
  protected onDown({ object }: DownMessage): void {
    this.#subscribers.delete(object as Pid)
  }
}
