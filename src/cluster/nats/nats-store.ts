import type { KV, KvWatchEntry } from '@nats-io/kv'
import type {
  ClaimRecord,
  ClaimWrite,
  EngineStore,
  Hints,
  LeaseRecord,
  NodeCard,
  Opening,
  StoreName,
} from '../engine/engine.js'
import { clusterError } from '../errors.js'
import { isConflict, isMessageMissing, isStreamMissing, isUnanswered } from './answers.js'
import { type Buckets, bucketsOf, prepareBuckets, streamOf, type Wanted } from './buckets.js'
import { escaped, unescaped } from './keys.js'
import type { NatsConnection, Servers } from './nats-connection.js'
import { NatsWatch } from './nats-watch.js'
import { ClaimKeys, leaseOf, VOID } from './records.js'

/** Looks at a lease that another node voids at the same moment. */
const ATTEMPTS = 3

/** The buckets of a cluster, as one node has them. */
export class NatsStore implements EngineStore {
  readonly #connection: NatsConnection
  readonly #opening: Opening
  readonly #wanted: Wanted
  readonly #subject: string
  #id = ''
  #keys = new ClaimKeys('1970-01-01T00:00:00Z')
  /** Milliseconds by which the clock of the server is ahead of this node's, as seen last. */
  #ahead = Number.NEGATIVE_INFINITY
  /** This node has just written: the last message is of this moment. */
  #hasWritten = false
  #watch: NatsWatch | undefined
  #hints: Hints | undefined

  constructor(connection: NatsConnection, opening: Opening, wanted: Wanted) {
    this.#connection = connection
    this.#opening = opening
    this.#wanted = wanted
    this.#subject = `heartwood.${opening.cluster}.broadcast`
  }

  /** Makes the buckets if they are missing, and checks their settings. @throws ENGINE_UNSUITABLE, what the server says */
  async prepare(): Promise<StoreName> {
    const { kvm, jsm } = this.#connection.servers.making
    return this.#seen(await prepareBuckets(kvm, jsm, this.#opening.cluster, this.#wanted))
  }

  async name(): Promise<StoreName> {
    const { jsm } = this.#connection.servers
    const names = bucketsOf(this.#opening.cluster)
    try {
      const [leases, claims] = await Promise.all([
        jsm.streams.info(streamOf(names.leases)),
        jsm.streams.info(streamOf(names.claims)),
      ])
      return this.#seen({ leases, claims })
    } catch (error) {
      if (!isStreamMissing(error)) throw error
      return this.prepare()
    }
  }

  /** Both buckets make the store: if one of them is another, so is the store. */
  #seen({ leases, claims }: Buckets): StoreName {
    const { clock } = this.#opening
    const id = `${leases.created} ${claims.created}`
    // The last message is older than this answer: by that the store is taken to be younger than it is, never older.
    const times = [leases.ts, leases.state.last_ts, claims.ts, claims.state.last_ts]
    const now = Math.max(...times.map((time) => (time === undefined ? 0 : Date.parse(time) || 0)))
    this.#ahead = Math.max(this.#hasWritten ? Number.NEGATIVE_INFINITY : this.#ahead, now - clock.now())
    this.#hasWritten = false
    if (id !== this.#id) {
      const isFirst = this.#id === ''
      this.#id = id
      this.#keys = new ClaimKeys(claims.created)
      if (!isFirst) this.#watch?.restart()
    }
    const made = Math.max(Date.parse(leases.created), Date.parse(claims.created))
    return { id, age: Math.max(0, now - made) }
  }

  async createLease(id: string, card: NodeCard): Promise<number> {
    const written = await this.#written(({ leases }) => put(leases, escaped(id), JSON.stringify(card), 0))
    if (written === 'refused') throw new Error(`the lease ${id} is there already`)
    return written
  }

  /** The TTL of the bucket starts anew with what is written; one of the key would not. */
  renewLease(id: string, revision: number, card: NodeCard): Promise<number | 'refused'> {
    return this.#written(({ leases }) => put(leases, escaped(id), JSON.stringify(card), revision))
  }

  async lease(id: string): Promise<LeaseRecord | undefined> {
    const entry = await this.#connection.servers.leases.get(escaped(id))
    return leaseOf(id, entry, this.#opening.lease, this.#serverTime())
  }

  async leases(): Promise<readonly LeaseRecord[]> {
    const found: LeaseRecord[] = []
    await this.#eachOf(this.#connection.servers.leases, '>', (entry) => {
      const lease = leaseOf(unescaped(entry.key), entry, this.#opening.lease, this.#serverTime())
      if (lease !== undefined) found.push(lease)
    })
    return found
  }

  /** The lease is over when the server has removed it; what is written in its place makes that final, also for a server that takes over. */
  async voidLease(id: string): Promise<'void' | 'alive'> {
    const { leases } = this.#connection.servers
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const known = await leases.get(escaped(id))
      if (known !== null) return leaseOf(id, known, 0, 0) === undefined ? 'void' : 'alive'
      if ((await put(leases, escaped(id), VOID, 0)) !== 'refused') return 'void'
      // Another node has voided it at the same moment: it is looked again.
    }
    return 'alive'
  }

  async endLease(id: string): Promise<void> {
    await this.#connection.servers.leases.put(escaped(id), VOID)
  }

  async claim(key: string): Promise<ClaimRecord | undefined> {
    const keys = this.#keys
    const entry = await this.#connection.servers.claims.get(keys.keyOf(key))
    return entry === null ? undefined : keys.recordOf(key, entry)
  }

  async claims(): Promise<readonly ClaimRecord[]> {
    const keys = this.#keys
    const found: ClaimRecord[] = []
    await this.#eachOf(this.#connection.servers.claims, keys.all, (entry) => {
      const key = keys.claimedBy(entry.key)
      if (key !== undefined) found.push(keys.recordOf(key, entry))
    })
    return found
  }

  async sweep(age: number): Promise<void> {
    const keys = this.#keys
    const { claims, jsm } = this.#connection.servers
    const old: number[] = []
    await this.#eachOf(claims, keys.all, (entry) => {
      const key = keys.claimedBy(entry.key)
      if (key === undefined || this.#serverTime() - entry.created.getTime() < age) return
      const { lease, note } = keys.recordOf(key, entry)
      if (lease === undefined && note === undefined) old.push(entry.revision)
    })
    const { claims: bucket } = bucketsOf(this.#opening.cluster)
    for (const revision of old) {
      // By its number: if the key was written in between, it is not there any more.
      await jsm.streams.deleteMessage(streamOf(bucket), revision, false).catch((error: unknown) => {
        if (!isMessageMissing(error)) throw error
      })
    }
  }

  writeClaim(write: ClaimWrite): Promise<number | 'refused'> {
    return this.#written(async ({ claims }) => {
      const keys = this.#keys
      const expected = keys.revisionOf(write.expected)
      if (expected === undefined) return 'refused'
      const revision = await put(claims, keys.keyOf(write.key), keys.textOf(write), expected)
      return revision === 'refused' ? revision : keys.tokenOf(revision)
    })
  }

  watch(hints: Hints): void {
    this.#hints = hints
    const begin = () =>
      this.#connection.servers.claims.watch({ headers_only: true, include: 'updates', key: this.#keys.all })
    this.#watch = new NatsWatch(this.#opening, begin, (key) => {
      if (key === undefined) hints.changed()
      else hints.changed(this.#keys.claimedBy(key))
    })
    this.#connection.subscribe(this.#subject, (bytes) => this.#heard(Buffer.from(bytes).toString()))
  }

  async publish(topic: string, text: string): Promise<void> {
    const { nats } = this.#connection.servers
    nats.publish(this.#subject, JSON.stringify([topic, text]))
    await nats.flush()
  }

  receive(inbox: string, longest: number, take: (bytes: Uint8Array) => void): void {
    const found = this.#connection.servers.nats.info?.max_payload ?? longest
    if (found < longest)
      throw clusterError('ENGINE_UNSUITABLE', {
        engine: 'nats',
        setting: 'max_payload',
        found,
        expected: `${longest} or more`,
        advice: 'Messages between nodes are sent in parts of that size.',
      })
    this.#connection.subscribe(this.#subjectOf(inbox), take)
  }

  post(inbox: string, bytes: Uint8Array): void {
    this.#connection.servers.nats.publish(this.#subjectOf(inbox), bytes)
  }

  #subjectOf(inbox: string): string {
    return `heartwood.${this.#opening.cluster}.node.${escaped(inbox)}`
  }

  async close(): Promise<void> {
    this.#watch?.stop()
    await this.#connection.close()
  }

  #serverTime(): number {
    return this.#ahead + this.#opening.clock.now()
  }

  /** From a server that others may write to. */
  #heard(text: string): void {
    let said: unknown
    try {
      said = JSON.parse(text)
    } catch {
      // It is told below.
    }
    if (Array.isArray(said) && typeof said[0] === 'string' && typeof said[1] === 'string')
      this.#hints?.message(said[0], said[1])
    else this.#opening.onProblem(new Error(`what was published on ${this.#subject} is no broadcast`))
  }

  /** A bucket that is gone is made anew, as another store, in which nothing is found that was meant for the one before. */
  async #written<T>(write: (servers: Servers) => Promise<T>): Promise<T> {
    try {
      const answer = await write(this.#connection.servers)
      this.#hasWritten = true
      return answer
    } catch (error) {
      if (!isStreamMissing(error) && !isUnanswered(error)) throw error
      await this.prepare()
      return write(this.#connection.servers)
    }
  }

  /** All entries of a bucket; one that cannot be read is told, and left out. */
  async #eachOf(bucket: KV, key: string, take: (entry: KvWatchEntry) => void): Promise<void> {
    for await (const entry of await bucket.history({ key })) {
      try {
        take(entry)
      } catch (error) {
        this.#opening.onProblem(error)
      }
    }
  }
}

/** Compare-and-set; 0 is for a key that was never written. */
async function put(bucket: KV, key: string, value: string, expected: number): Promise<number | 'refused'> {
  try {
    return await bucket.put(key, value, { previousSeq: expected })
  } catch (error) {
    if (isConflict(error)) return 'refused'
    throw error
  }
}
