/**
 * A broker on loopback that speaks as much of AMQP 0-9-1 as a consumer needs: one queue of texts, prefetch, acknowledgement, refusal, and
 * what RabbitMQ does with what is not acknowledged when a connection ends: it is delivered again.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

const [METHOD, HEADER, BODY] = [1, 2, 3]
const END = Buffer.from([0xce])

interface Message {
  readonly body: string
  readonly redelivered: boolean
}

export class Broker {
  /** What waits to be delivered. */
  readonly queue: Message[] = []
  readonly acknowledged: string[] = []
  readonly refused: string[] = []
  /** The largest number of messages that were delivered and not acknowledged. */
  mostInHand = 0
  readonly #server: Server = createServer((socket) => this.#accept(socket))
  readonly #clients = new Set<Client>()
  readonly #waiting = new Set<() => void>()

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `amqp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  publish(...orders: object[]): void {
    for (const order of orders) this.queue.push({ body: JSON.stringify(order), redelivered: false })
    this.pump()
  }

  /** Resolves when so many messages are through. */
  settled(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.acknowledged.length + this.refused.length < count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Cuts all connections off, as a broker that is restarted. */
  cut(): void {
    for (const client of [...this.#clients]) client.socket.destroy()
  }

  get connections(): number {
    return this.#clients.size
  }

  close(): void {
    this.cut()
    this.#server.close()
  }

  pump(): void {
    for (const client of this.#clients) client.take(this.queue)
    const inHand = [...this.#clients].reduce((sum, { unacknowledged }) => sum + unacknowledged.size, 0)
    this.mostInHand = Math.max(this.mostInHand, inHand)
  }

  settle(message: Message | undefined, outcome: 'acknowledged' | 'refused' | 'again'): void {
    if (message === undefined) return
    if (outcome === 'again') this.queue.unshift({ ...message, redelivered: true })
    else this[outcome].push(message.body)
    for (const look of this.#waiting) look()
    this.pump()
  }

  #accept(socket: Socket): void {
    const client = new Client(socket, this)
    this.#clients.add(client)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#clients.delete(client)
      for (const message of [...client.unacknowledged.values()].reverse()) {
        this.queue.unshift({ ...message, redelivered: true })
      }
      this.pump()
    })
  }
}

class Client {
  readonly unacknowledged = new Map<number, Message>()
  #read = Buffer.alloc(0)
  #begun = false
  #prefetch = Number.POSITIVE_INFINITY
  #consuming = false
  #delivered = 0

  constructor(
    readonly socket: Socket,
    private readonly broker: Broker,
  ) {
    socket.on('data', (data: Buffer) => {
      this.#read = Buffer.concat([this.#read, data])
      this.#frames()
    })
  }

  take(queue: Message[]): void {
    while (this.#consuming && this.unacknowledged.size < this.#prefetch) {
      const message = queue.shift()
      if (message === undefined) return
      const tag = ++this.#delivered
      this.unacknowledged.set(tag, message)
      const body = Buffer.from(message.body)
      const about = [number(tag, 8), Buffer.from([message.redelivered ? 1 : 0]), short(''), short('orders')]
      this.#method(1, 60, 60, short('tag'), ...about)
      this.#frame(HEADER, 1, number(60, 2), number(0, 2), number(body.length, 8), number(0, 2))
      this.#frame(BODY, 1, body)
    }
  }

  #frames(): void {
    if (!this.#begun) {
      if (this.#read.length < 8) return
      this.#begun = true
      this.#read = this.#read.subarray(8)
      this.#method(0, 10, 10, Buffer.from([0, 9]), number(0, 4), long('PLAIN'), long('en_US'))
    }
    while (this.#read.length >= 8 && this.#read.length >= this.#read.readUInt32BE(3) + 8) {
      const [type, channel, size] = [this.#read[0], this.#read.readUInt16BE(1), this.#read.readUInt32BE(3)]
      const payload = this.#read.subarray(7, 7 + size)
      this.#read = this.#read.subarray(size + 8)
      if (type !== METHOD) continue
      const name = `${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`
      this.#answers[name]?.(channel, payload.subarray(4))
    }
  }

  /** What is asked and answered, and no more. */
  readonly #answers: Readonly<Record<string, (channel: number, args: Buffer) => void>> = {
    '10.11': (channel) => this.#method(channel, 10, 30, number(2_047, 2), number(131_072, 4), number(0, 2)),
    '10.40': (channel) => this.#method(channel, 10, 41, short('')),
    '10.50': (channel) => this.#method(channel, 10, 51),
    '20.10': (channel) => this.#method(channel, 20, 11, long('')),
    '20.40': (channel) => this.#method(channel, 20, 41),
    '50.10': (channel) => this.#method(channel, 50, 11, short('orders'), number(0, 4), number(0, 4)),
    '60.10': (channel, args) => {
      this.#prefetch = args.readUInt16BE(4)
      this.#method(channel, 60, 11)
    },
    '60.20': (channel) => {
      this.#method(channel, 60, 21, short('tag'))
      this.#consuming = true
      this.broker.pump()
    },
    '60.30': (channel) => {
      this.#consuming = false
      this.#method(channel, 60, 31, short('tag'))
    },
    '60.80': (_, args) => this.broker.settle(this.#taken(args), 'acknowledged'),
    '60.120': (_, args) => {
      const requeue = ((args[8] ?? 0) & 2) !== 0
      this.broker.settle(this.#taken(args), requeue ? 'again' : 'refused')
    },
  }

  #taken(args: Buffer): Message | undefined {
    const tag = Number(args.readBigUInt64BE(0))
    const message = this.unacknowledged.get(tag)
    this.unacknowledged.delete(tag)
    return message
  }

  #method(channel: number, group: number, id: number, ...parts: Buffer[]): void {
    this.#frame(METHOD, channel, number(group, 2), number(id, 2), ...parts)
  }

  #frame(type: number | undefined, channel: number, ...parts: Buffer[]): void {
    const payload = Buffer.concat(parts)
    const head = [Buffer.from([type ?? 0]), number(channel, 2), number(payload.length, 4)]
    if (!this.socket.destroyed) this.socket.write(Buffer.concat([...head, payload, END]))
  }
}

const short = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
const long = (text: string): Buffer => Buffer.concat([number(text.length, 4), Buffer.from(text)])

function number(value: number, bytes: number): Buffer {
  const made = Buffer.alloc(bytes)
  made.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6))
  return made
}
