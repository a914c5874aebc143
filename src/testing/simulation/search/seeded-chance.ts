import { seeded } from '../../seeded-random.js'

/** Chance that a text decides: the same numbers on any machine, others for texts that differ in a sign. */
export class Chance {
  /** From 0 up to, but not including, 1. */
  readonly next: () => number

  constructor(seed: string) {
    this.next = seeded(hashOf(seed))
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}
