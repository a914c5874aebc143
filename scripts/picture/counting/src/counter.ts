import { GenServer, Info, logger, self, sendAfter } from 'heartwood'

@GenServer({ name: 'counter' })
export class Counter {
  #count = 0

  init(): void {
    sendAfter(700, self(), 'tick')
  }

  @Info('tick')
  tick(): void {
    sendAfter(700, self(), 'tick')
    this.#count += 1
    logger().info(`count ${this.#count}`)
  }
}
