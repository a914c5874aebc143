import type { KvEntry } from '@nats-io/kv'
import { rules } from '../../kernel/index.js'
import type { ClaimRecord, ClaimWrite, LeaseRecord, NodeCard } from '../engine/engine.js'
import { escaped, unescaped } from './keys.js'

/** A lease that is void: it stands for it until its own time is over. */
export const VOID = '{"void":true}'

/** Microseconds of a time as the server writes it, with up to nine digits behind the second. */
export function microsecondsOf(time: string): number {
  const digits = /\.(\d+)/.exec(time)?.[1] ?? ''
  const seconds = Math.floor(Date.parse(time) / 1000)
  return seconds * 1_000_000 + Number(digits.padEnd(6, '0').slice(0, 6))
}

/**
 * The claims in a bucket that was made at one moment. That moment is in each key, so that what was meant for an earlier bucket of the name finds nothing in this one; and
 * tokens begin there, so that they are greater than those of an earlier one.
 */
export class ClaimKeys {
  readonly base: number

  constructor(created: string) {
    this.base = microsecondsOf(created)
  }

  /** All keys of claims. */
  get all(): string {
    return `${this.base}.>`
  }

  keyOf(key: string): string {
    return `${this.base}.${escaped(key)}`
  }

  /** The key of a claim; undefined for what is none of this bucket. */
  claimedBy(entryKey: string): string | undefined {
    const [base, part, ...more] = entryKey.split('.')
    return base === String(this.base) && part !== undefined && more.length === 0 ? unescaped(part) : undefined
  }

  /** What a write replaces; undefined where that was in an earlier bucket. */
  revisionOf(token: number): number | undefined {
    if (token === 0) return 0
    return token > this.base ? token - this.base : undefined
  }

  tokenOf(revision: number): number {
    return this.base + revision
  }

  /** What a claim is written as. */
  textOf({ lease, node, note }: ClaimWrite): string {
    return JSON.stringify({ lease, node, note })
  }

  /** @throws what is written there is no claim */
  recordOf(key: string, entry: KvEntry): ClaimRecord {
    const token = this.tokenOf(entry.revision)
    // Somebody deleted it by hand: that is a release.
    if (entry.operation !== 'PUT') return { key, lease: undefined, node: 'nobody', token, note: undefined }
    const { lease, node, note } = objectOf(entry)
    if (typeof node !== 'string' || !isTextOrNone(lease) || !isTextOrNone(note)) throw foreign(entry, 'claim')
    return { key, lease, node, token, note }
  }
}

const isTextOrNone = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string'

/** A lease that is neither over nor void. @param now milliseconds of the server's clock, about */
export function leaseOf(
  id: string,
  entry: KvEntry | null,
  time: number,
  now: number,
): LeaseRecord | undefined {
  if (entry === null || entry.operation !== 'PUT') return undefined
  const card = objectOf(entry)
  if (card.void === true) return undefined
  if (typeof card.node !== 'string') throw foreign(entry, 'lease')
  const remaining = Math.max(0, time - Math.max(0, now - entry.created.getTime()))
  return { id, revision: entry.revision, card: card as unknown as NodeCard, remaining }
}

function objectOf(entry: KvEntry): Record<string, unknown> {
  let value: unknown
  try {
    value = entry.json()
  } catch {
    throw foreign(entry, 'text of ours')
  }
  if (!rules.isRecord(value)) throw foreign(entry, 'text of ours')
  return value as Record<string, unknown>
}

/** It is not taken for something else: whoever wrote it may be newer than this node. */
function foreign({ bucket, key }: KvEntry, what: string): Error {
  return new Error(`what is in the bucket ${bucket} under ${JSON.stringify(key.slice(0, 100))} is no ${what}`)
}
