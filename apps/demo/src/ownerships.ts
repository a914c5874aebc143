import type { Claim } from 'heartwood/cluster'
import { MONITOR } from './alerts/policy.js'

interface Ownership {
  readonly claim: Claim
  /** It is being given away: nothing begins any more, and what was found is still written. */
  isLeaving: boolean
}

/**
 * Which targets this Pulse checks, where several share them: those whose keys it has claimed, and whose notes it has taken from the store.
 * It outlives the workers that need it. A Pulse that is alone checks all.
 */
export class Ownerships {
  readonly #ownerships = new Map<string, Ownership>()
  /** Another number whenever it is other targets. */
  version = 0

  /** @param isShared whether several Pulses share the targets */
  constructor(readonly isShared: boolean) {}

  take(target: string, claim: Claim): void {
    this.#ownerships.set(target, { claim, isLeaving: false })
    this.version += 1
  }

  /** Nothing begins any more. @returns whether there was anything to end */
  begins(target: string): boolean {
    const ownership = this.#ownerships.get(target)
    if (ownership === undefined || ownership.isLeaving) return false
    ownership.isLeaving = true
    this.version += 1
    return true
  }

  leave(target: string): void {
    if (this.#ownerships.delete(target)) this.version += 1
  }

  /** Whether the target is this one's to check, although it may have to wait until the claims can be reached. */
  owns(target: string): boolean {
    if (!this.isShared || target === MONITOR) return true
    const ownership = this.#ownerships.get(target)
    return ownership !== undefined && !ownership.isLeaving && !isOver(ownership.claim)
  }

  /** Whether it may be checked, and told of, at this moment: one look at the clock. */
  mayAct(target: string): boolean {
    if (!this.isShared || target === MONITOR) return true
    return this.owns(target) && this.#ownerships.get(target)?.claim.valid() === true
  }

  /** Under which claim what is found of it is written; undefined where this Pulse is alone, or the target another one's. */
  claim(target: string): Claim | undefined {
    return this.#ownerships.get(target)?.claim
  }
}

/** Whether another one has the key, or may have it. */
const isOver = ({ state }: Claim): boolean => state === 'lost' || state === 'released'
