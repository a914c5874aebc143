/**
 * A consumer of a Kafka topic as a worker: `KAFKA_BROKERS=127.0.0.1:9092 npm run service kafka`. Each partition has a worker, which handles
 * its messages in order; the offset of a message is committed when that worker has handled it.
 */
import {
  application,
  boot,
  Call,
  Cast,
  child,
  defineConfig,
  GenServer,
  own,
  ownCallback,
  partition,
  partitionSupervisorSpec,
  ref,
  Supervisor,
  sleep,
  trapExit,
} from 'heartwood'
import { type Consumer, type EachMessagePayload, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'

const TOPIC = process.env.TOPIC ?? 'orders'
/** For messages that have crashed their worker twice. */
const DEAD_LETTERS = `${TOPIC}.dead`
const PARTITIONS = 4
/** Milliseconds after which a consumer that says nothing has lost its partitions to the others. */
const SESSION = Number(process.env.SESSION ?? 30_000)

interface Order {
  readonly id: number
  readonly does?: 'work' | 'crash' | 'crash twice' | 'slow'
}

/** Orders that were tried before, for this demonstration: a crash forgets what a worker has in its fields. */
const tried = new Map<number, number>()

@GenServer()
class Orders {
  @Call() async handle({ id, does = 'work' }: Order): Promise<void> {
    console.log(`begins ${id}`)
    if (does === 'slow') await sleep(150)
    const times = (tried.get(id) ?? 0) + 1
    tried.set(id, times)
    if ((does === 'crash' && times === 1) || does === 'crash twice') {
      setImmediate(() => JSON.parse('{'))
      await new Promise(() => {})
    }
    console.log(`order ${id} is done`)
  }
}

@GenServer({ name: 'consumer' })
class Orderer {
  readonly #kafka = new Kafka({
    clientId: 'orders',
    brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
    logLevel: logLevel.NOTHING,
    // The supervisor connects again, with a backoff; both at once would be one too many.
    retry: { retries: 2, restartOnFailure: async () => false },
  })
  #producer: Producer | undefined
  #consumer: Consumer | undefined
  readonly #inHand = new Set<Promise<void>>()
  #isLeaving = false

  async init(): Promise<void> {
    trapExit(true)
    const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    const consumer = this.#kafka.consumer({ groupId: `${TOPIC}.handled`, sessionTimeout: SESSION })
    // It leaves the group, so that its successor need not wait for the end of its session.
    for (const each of [producer, consumer]) own({ [Symbol.asyncDispose]: () => each.disconnect() })
    const lost = ownCallback(({ payload }: { readonly payload: { readonly error: Error } }) => {
      throw payload.error
    })
    consumer.on(consumer.events.CRASH, lost)
    consumer.on(consumer.events.GROUP_JOIN, () => console.log('consuming'))
    await producer.connect()
    await consumer.connect()
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true })
    this.#producer = producer
    this.#consumer = consumer
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: PARTITIONS,
      eachMessage: (payload) => this.#take(payload),
    })
  }

  @Cast() breaks(): void {
    throw new Error('the consumer is broken')
  }

  /** It takes no more, and waits for what is in hand, which a consumer that has stopped would not commit. Then it leaves the group. */
  async terminate(): Promise<void> {
    this.#isLeaving = true
    this.#consumer?.pause([{ topic: TOPIC }])
    await Promise.all(this.#inHand)
    await this.#consumer?.stop()
  }

  async #take(payload: EachMessagePayload): Promise<void> {
    if (this.#isLeaving) return
    const done = this.#handle(payload).finally(() => this.#inHand.delete(done))
    this.#inHand.add(done)
    await done
  }

  /** Kafka has no refusal of one message: what cannot be handled goes elsewhere, or its partition stands still. */
  async #handle({
    topic,
    partition: at,
    message: { offset, key, value },
  }: EachMessagePayload): Promise<void> {
    // Shorter than the session, of which Kafka hears nothing while a message is in hand.
    const orders = ref(Orders, partition('orders', at)).with({ timeout: 10_000, waitForRestart: 5_000 })
    const handled = async (): Promise<void> => orders.call.handle(JSON.parse(String(value)))
    await handled()
      .catch(() => handled())
      .catch(async (error: unknown) => {
        await this.#producer?.send({
          topic: DEAD_LETTERS,
          messages: [{ key, value, headers: { reason: String(error) } }],
        })
        console.log(`put aside: ${value}`)
      })
    await this.#consumer?.commitOffsets([{ topic, partition: at, offset: String(BigInt(offset) + 1n) }])
  }
}

@Supervisor({
  intensity: 100,
  children: [
    partitionSupervisorSpec('orders', { child: Orders, partitions: PARTITIONS, intensity: 100 }),
    child(Orderer, undefined, { shutdown: 10_000, backoff: { initial: 20, max: 5_000 } }),
  ],
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
process.on('SIGUSR2', () => ref(Orderer).cast.breaks())
