/**
 * A consumer of an AMQP 0-9-1 queue (RabbitMQ) as a worker: `AMQP_URL=amqp://127.0.0.1 npm run service amqp`. A message is acknowledged
 * when the worker that handles it has done so; the mailbox of that worker says how many are taken.
 */
import amqp, { type Channel, type ConsumeMessage } from 'amqplib'
import {
  application,
  boot,
  Call,
  Cast,
  child,
  defineConfig,
  disown,
  GenServer,
  own,
  ownCallback,
  ref,
  Supervisor,
  sleep,
  trapExit,
} from 'heartwood'

const QUEUE = 'orders'

/** How many messages may wait for the worker. The broker keeps the others. */
const WAITING = 3

interface Order {
  readonly id: number
  readonly does?: 'work' | 'crash' | 'slow'
}

/** Orders that were tried before, for this demonstration: a crash forgets what a worker has in its fields. */
const tried = new Set<number>()

@GenServer({ name: 'orders', mailbox: { limit: WAITING, policy: 'wait' } })
class Orders {
  @Call() async handle({ id, does = 'work' }: Order): Promise<void> {
    console.log(`begins ${id}`)
    if (does === 'slow') await sleep(150)
    if (does === 'crash' && !tried.has(id)) {
      tried.add(id)
      setImmediate(() => JSON.parse('{'))
      await new Promise(() => {})
    }
    console.log(`order ${id} is done`)
  }
}

@GenServer({ name: 'consumer' })
class Consumer {
  readonly #orders = ref(Orders).with({ timeout: 30_000, waitForRestart: 5_000 })
  readonly #inHand = new Set<Promise<void>>()
  #channel: Channel | undefined
  #tag = ''

  async init(): Promise<void> {
    trapExit(true)
    const connection = own(await amqp.connect(process.env.AMQP_URL ?? 'amqp://127.0.0.1'))
    // Without its connection this worker is of no use: it ends, and its successor connects again.
    const lost = ownCallback((error?: Error) => {
      // There is nothing left to close, and nobody who would answer.
      disown(connection)
      throw error ?? new Error('the broker has closed the connection')
    })
    connection.on('error', lost).on('close', lost)
    const channel = await connection.createChannel()
    await channel.assertQueue(QUEUE)
    // As many as the worker takes: one in hand, and those in its mailbox.
    await channel.prefetch(1 + WAITING)
    const { consumerTag } = await channel.consume(QUEUE, (message) => this.#take(message))
    this.#channel = channel
    this.#tag = consumerTag
    console.log('consuming')
  }

  @Cast() breaks(): void {
    throw new Error('the consumer is broken')
  }

  /** It takes no more, and gives what it has time to be done; the worker is still there. Then the connection is closed. */
  async terminate(): Promise<void> {
    await this.#channel?.cancel(this.#tag)
    await Promise.all(this.#inHand)
    // What it has acknowledged goes out before this is answered.
    await this.#channel?.close()
  }

  #take(message: ConsumeMessage | null): void {
    if (message === null) throw new Error('the queue is gone')
    const done = this.#handle(message).finally(() => this.#inHand.delete(done))
    this.#inHand.add(done)
  }

  async #handle(message: ConsumeMessage): Promise<void> {
    try {
      await this.#orders.call.handle(JSON.parse(String(message.content)))
      this.#channel?.ack(message)
    } catch (error) {
      // Once more, since the worker is a new one by then; what fails twice is the message's fault, and goes to the dead letters.
      const again = !message.fields.redelivered
      console.log(`${again ? 'again' : 'refused'}: ${error instanceof Error ? error.message : error}`)
      this.#channel?.nack(message, false, again)
    }
  }
}

@Supervisor({
  intensity: 100,
  children: [Orders, child(Consumer, undefined, { shutdown: 10_000, backoff: { initial: 20, max: 5_000 } })],
})
class Root {}

await boot(
  defineConfig({
    applications: [
      application({ name: 'orders', root: Root, stop: () => console.log('the tree has stopped') }),
    ],
    log: { level: process.env.LOG === 'info' ? 'info' : 'fatal' },
  }),
  { signals: true },
)

// For those who want to see it crash: kill -USR2.
process.on('SIGUSR2', () => ref(Consumer).cast.breaks())
