import { printed, rules } from '../../kernel/index.js'
import { clusterError } from '../errors.js'
import { checkClaim } from '../fence/claim-check.js'
import type { Claim } from '../ownership/claim.js'
import { isConflict } from './answers.js'

/** What a bucket of `@nats-io/kv` has. */
export interface Bucket {
  get(
    key: string,
  ): Promise<{ readonly revision: number; readonly operation: string; string(): string } | null>
  put(key: string, value: string, options?: { previousSeq?: number }): Promise<number>
}

/** What `fencedPut` wrote. */
export interface FencedEntry {
  readonly value: unknown
  /** The token under which it was written. */
  readonly fence: number
}

/** Writes by others that one write goes around. */
const ATTEMPTS = 20

/**
 * Writes an entry of a bucket under a claim: it is written together with the claim's token, by compare-and-set, and never over one that has a greater token. One
 * entry is guarded by one key.
 *
 * @param bucket as `new Kvm(connection).open(name)` gives it; any bucket of the program's own
 * @param value JSON
 * @throws FENCE_STALE if another owner has written: stop, the key is lost; CLAIM_NOT_HELD, CLUSTER_OPTION_INVALID, what the bucket throws
 * @example
 * ```ts
 * import type { Claim } from 'heartwood/cluster'
 * import { type Bucket, fencedGet, fencedPut } from 'heartwood/cluster/nats'
 *
 * async function count(bucket: Bucket, claim: Claim): Promise<void> {
 *   const last = await fencedGet(bucket, 'total')
 *   await fencedPut(bucket, 'total', claim, Number(last?.value ?? 0) + 1)
 * }
 * console.log(count.name)
 * ```
 */
export async function fencedPut(bucket: Bucket, key: string, claim: Claim, value: unknown): Promise<void> {
  checkBucket('fencedPut', bucket)
  checkKey('fencedPut', key)
  checkClaim('fencedPut', claim)
  const json = jsonOf(value)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Before it reads: whoever reads under a token writes under no smaller one.
    const fence = claim.fence()
    const known = await bucket.get(key)
    const greatest = known === null || known.operation !== 'PUT' ? 0 : entryOf(key, known.string()).fence
    if (greatest > fence) throw clusterError('FENCE_STALE', { key: claim.key, fence, greatest })
    try {
      await bucket.put(key, `{"fence":${JSON.stringify(fence)},"value":${json}}`, {
        previousSeq: known?.revision ?? 0,
      })
      return
    } catch (error) {
      if (!isConflict(error)) throw error
    }
  }
  const problems = `${ATTEMPTS} times in a row another write to the entry ${printed(key)} was faster`
  throw clusterError('CLUSTER_OPTION_INVALID', { action: 'fencedPut', problems })
}

/**
 * What `fencedPut` wrote; undefined where there is nothing.
 *
 * @throws CLUSTER_OPTION_INVALID for an entry that it did not write, what the bucket throws
 */
export async function fencedGet(bucket: Bucket, key: string): Promise<FencedEntry | undefined> {
  checkBucket('fencedGet', bucket)
  checkKey('fencedGet', key)
  const known = await bucket.get(key)
  return known === null || known.operation !== 'PUT' ? undefined : entryOf(key, known.string())
}

function entryOf(key: string, text: string): FencedEntry {
  let entry: unknown
  try {
    entry = JSON.parse(text)
  } catch {
    // Refused below.
  }
  if (rules.isRecord(entry) && Number.isSafeInteger(entry.fence))
    return { fence: entry.fence as number, value: entry.value }
  const problems = `the entry ${printed(key)} was not written by fencedPut(): it has no token`
  throw clusterError('CLUSTER_OPTION_INVALID', { action: 'fencedGet', problems })
}

function jsonOf(value: unknown): string {
  let problem = 'JSON has nothing for it'
  try {
    const text: string | undefined = JSON.stringify(value)
    if (text !== undefined) return text
  } catch (error) {
    problem = error instanceof Error ? error.message : 'it has no JSON'
  }
  throw clusterError('CLUSTER_OPTION_INVALID', {
    action: 'fencedPut',
    problems: `the value must be JSON, but ${problem}`,
  })
}

function checkBucket(action: string, bucket: unknown): void {
  if (rules.isRecord(bucket) && typeof bucket.get === 'function' && typeof bucket.put === 'function') return
  const problems = `it takes a bucket of @nats-io/kv, but got ${printed(bucket)}`
  throw clusterError('CLUSTER_OPTION_INVALID', { action, problems })
}

function checkKey(action: string, key: unknown): void {
  if (typeof key === 'string' && key !== '') return
  const problems = `the key of an entry is a text, but got ${printed(key)}`
  throw clusterError('CLUSTER_OPTION_INVALID', { action, problems })
}
