import {
  JetStreamApiError,
  type JetStreamManager,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream'
import type { Kvm } from '@nats-io/kv'
import { clusterError } from '../errors.js'
import { isStreamMissing, textOf } from './answers.js'

/** How the buckets of a cluster are to be. */
export interface Wanted {
  /** Milliseconds of a lease. */
  readonly lease: number
  /** Copies of each bucket that are made, and the fewest that are taken. */
  readonly replicas: number
  readonly leastReplicas: number
}

/** The two buckets of a cluster, as the server has them. */
export interface Buckets {
  readonly leases: StreamInfo
  readonly claims: StreamInfo
}

/** Leases end by the TTL of their bucket, which each renewal starts anew; claims have no time. */
export const bucketsOf = (cluster: string) => ({
  leases: `heartwood_${cluster}_leases`,
  claims: `heartwood_${cluster}_claims`,
})

const NANOSECONDS = 1_000_000
const MISMATCH = 'All nodes of a cluster have the same lease.'
const REMADE = 'Delete the bucket while no node runs; it is made anew as it must be.'

/**
 * Makes the buckets that are missing, and checks how those that are there are set: somebody may have made them otherwise.
 *
 * @throws ENGINE_UNSUITABLE
 */
export async function prepareBuckets(
  kvm: Kvm,
  jsm: JetStreamManager,
  cluster: string,
  wanted: Wanted,
): Promise<Buckets> {
  const { lease, replicas } = wanted
  const names = bucketsOf(cluster)
  const infoOf = async (bucket: string, ttl: number): Promise<StreamInfo> => {
    const found = await infoIfThere(jsm, bucket)
    if (found !== undefined) return found
    const options = { history: 1, replicas, allow_direct: false, storage: StorageType.File, ttl }
    await kvm.create(bucket, options).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError)) throw error
      // Another node may have made it at the same moment, otherwise.
      throw unsuitable(bucket, 'num_replicas', textOf(error), `${replicas}`, ADVICE_REPLICAS, error)
    })
    return jsm.streams.info(streamOf(bucket))
  }
  const [leases, claims] = await Promise.all([infoOf(names.leases, lease), infoOf(names.claims, 0)])
  check(names.leases, leases.config, wanted, lease)
  check(names.claims, claims.config, wanted, 0)
  return { leases, claims }
}

const ADVICE_REPLICAS =
  'One copy loses acknowledged claims with its disk: run three servers as a cluster, or say nats({ replicas: 1 }) if you take that.'

export const streamOf = (bucket: string): string => `KV_${bucket}`

async function infoIfThere(jsm: JetStreamManager, bucket: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(streamOf(bucket))
  } catch (error) {
    if (isStreamMissing(error)) return undefined
    throw error
  }
}

function check(bucket: string, config: StreamConfig, { lease, leastReplicas }: Wanted, ttl: number): void {
  const found = config.max_age / NANOSECONDS
  if (ttl > 0 && found !== ttl)
    throw unsuitable(
      bucket,
      'the time of leases',
      `${found} ms`,
      `${lease} ms, as this node has it`,
      MISMATCH,
    )
  if (found !== ttl) throw unsuitable(bucket, 'max_age', `${found} ms`, 'none: claims have no end', REMADE)
  if (config.max_msgs_per_subject !== 1)
    throw unsuitable(bucket, 'history', config.max_msgs_per_subject, '1', REMADE)
  // A copy that lags would answer that a key is free, or whose it was.
  if (config.allow_direct === true) throw unsuitable(bucket, 'allow_direct', true, 'false', REMADE)
  if (config.storage !== 'file') throw unsuitable(bucket, 'storage', config.storage, 'file', REMADE)
  if (config.deny_delete === true) throw unsuitable(bucket, 'deny_delete', true, 'false', REMADE)
  const { persist_mode } = config as { readonly persist_mode?: string }
  if (persist_mode === 'async') throw unsuitable(bucket, 'persist_mode', persist_mode, 'default', REMADE)
  const isLimited = Math.max(config.max_msgs, config.max_bytes) > 0
  if (isLimited && config.discard !== 'new')
    throw unsuitable(
      bucket,
      'discard',
      config.discard,
      "'new': claims must not be dropped for others",
      REMADE,
    )
  if (config.num_replicas < leastReplicas)
    throw unsuitable(
      bucket,
      'num_replicas',
      config.num_replicas,
      `${leastReplicas} or more`,
      `${ADVICE_REPLICAS} nats stream update --replicas ${leastReplicas} changes it.`,
    )
}

function unsuitable(
  bucket: string,
  setting: string,
  found: unknown,
  expected: string,
  advice: string,
  cause?: unknown,
): Error {
  const details = { engine: 'nats', setting: `${setting} of the bucket ${bucket}`, found, expected, advice }
  return clusterError('ENGINE_UNSUITABLE', details, cause === undefined ? {} : { cause })
}
