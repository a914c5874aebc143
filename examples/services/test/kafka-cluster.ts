/**
 * A Kafka cluster of one broker on loopback: the mock cluster of librdkafka, which speaks Kafka's protocol with groups and offsets and keeps
 * all in memory. `kcat` of Debian brings it as a setting of a client.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type Admin, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'

export const IS_INSTALLED = spawnSync('kcat', ['-V']).error === undefined

export class Cluster implements AsyncDisposable {
  private constructor(
    private readonly program: ChildProcess,
    readonly broker: string,
    private readonly producer: Producer,
    private readonly admin: Admin,
  ) {}

  static async start(): Promise<Cluster> {
    const mock = ['-X', 'test.mock.num.brokers=1', '-d', 'mock']
    const argv = ['-C', '-q', '-b', 'mock', '-t', 'none', ...mock]
    const program = spawn('kcat', argv, { stdio: ['ignore', 'ignore', 'pipe'] })
    let printed = ''
    const broker = await new Promise<string>((resolve, reject) => {
      program.once('close', () => reject(new Error(printed)))
      program.stderr.on('data', (part) => {
        // It is talkative, and its port comes first.
        if (printed.length < 10_000) printed += part
        const [, address] = /bootstrap\.servers=(127\.0\.0\.1:\d+)/.exec(printed) ?? []
        if (address !== undefined) resolve(address)
      })
    })
    const kafka = new Kafka({ clientId: 'test', brokers: [broker], logLevel: logLevel.NOTHING })
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    const admin = kafka.admin()
    await Promise.all([producer.connect(), admin.connect()])
    return new Cluster(program, broker, producer, admin)
  }

  /** Each order goes to the partition of its place in the list. */
  async publish(topic: string, ...orders: readonly (object | string)[]): Promise<void> {
    const messages = orders.map((order, at) => ({
      partition: at % 4,
      value: typeof order === 'string' ? order : JSON.stringify(order),
    }))
    await this.producer.send({ topic, messages })
  }

  /** How many messages of the topic are committed, over all partitions. */
  async committed(topic: string): Promise<number> {
    const [offsets] = await this.admin.fetchOffsets({ groupId: `${topic}.handled`, topics: [topic] })
    return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(Number(offset), 0), 0)
  }

  /** How many messages the topic has. */
  async published(topic: string): Promise<number> {
    const offsets = await this.admin.fetchTopicOffsets(topic)
    return offsets.reduce((sum, { high }) => sum + Number(high), 0)
  }

  /** Ends it as a machine does that loses its power. */
  async kill(): Promise<void> {
    if (this.program.exitCode !== null || this.program.signalCode !== null) return
    this.program.kill('SIGKILL')
    await once(this.program, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.producer.disconnect(), this.admin.disconnect()])
    await this.kill()
  }
}
