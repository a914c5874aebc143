import { type Maintenance, maintenanceOf } from '../maintenance.js'
import type { Change, Flapping, TargetState } from '../verdict.js'
import type { Alert, AlertKind } from './alert.js'

/** A certificate was looked at. */
export interface CertificateSeen {
  readonly target: string
  /** When it stops being valid, in epoch milliseconds. */
  readonly validTo: number
  readonly at: number
}

const DAY = 86_400_000

/**
 * Decides what is worth an alert. Pure: what it knows is what it was told.
 *
 * | what happens | alert |
 * | --- | --- |
 * | down, or slow | one, when it begins |
 * | up again | one, if its trouble was told |
 * | a change while flapping | none |
 * | flapping begins, ends | one each |
 * | a certificate that ends within its target's days | one a day |
 * | anything in a maintenance window | none; what lasts beyond its end is told at the next check after it |
 */
export class AlertPolicy {
  /** The trouble that was told, by target. */
  readonly #told = new Map<string, TargetState | 'flapping'>()
  /** What was held back by a maintenance window, by target. */
  readonly #held = new Map<string, Change>()
  readonly #warned = new Map<string, number>()
  #count = 0

  constructor(readonly windows: readonly Maintenance[]) {}

  change(change: Change): Alert | undefined {
    if (change.flapping) return undefined
    if (maintenanceOf(this.windows, change.target, change.at) !== undefined) {
      this.#held.set(change.target, change)
      return undefined
    }
    this.#held.delete(change.target)
    return this.#tell(change, change.at)
  }

  /** A check was made: what a window has held back and still lasts is told now. */
  checked(target: string, at: number): Alert | undefined {
    const held = this.#held.get(target)
    if (held === undefined || maintenanceOf(this.windows, target, at) !== undefined) return undefined
    this.#held.delete(target)
    return this.#tell(held, at)
  }

  flapping({ target, flapping, state, at }: Flapping): Alert | undefined {
    if (maintenanceOf(this.windows, target, at) !== undefined) return undefined
    if (flapping) {
      this.#told.set(target, 'flapping')
      return this.#alert('flapping', target, at, `${target} goes up and down all the time`)
    }
    if (this.#told.get(target) !== 'flapping') return undefined
    if (state === 'up') this.#told.delete(target)
    else this.#told.set(target, state)
    return this.#alert('steady', target, at, `${target} is steady again: ${state}`)
  }

  certificate({ target, validTo, at }: CertificateSeen, days: number): Alert | undefined {
    const left = (validTo - at) / DAY
    if (left > days || at - (this.#warned.get(target) ?? Number.NEGATIVE_INFINITY) < DAY) return undefined
    if (maintenanceOf(this.windows, target, at) !== undefined) return undefined
    this.#warned.set(target, at)
    const when = left <= 0 ? 'has expired' : `expires in ${plural(Math.ceil(left), 'day')}`
    return this.#alert('certificate', target, at, `the TLS certificate of ${target} ${when}`)
  }

  #tell({ target, to, reason }: Change, at: number): Alert | undefined {
    const why = reason === undefined ? '' : `: ${reason}`
    if (to === 'down' || to === 'slow') {
      this.#told.set(target, to)
      return this.#alert(to, target, at, `${target} is ${to}${why}`)
    }
    if (!this.#told.delete(target)) return undefined
    return this.#alert('up', target, at, `${target} is up again`)
  }

  #alert(kind: AlertKind, target: string, at: number, text: string): Alert {
    this.#count += 1
    return { id: `${at}-${this.#count}`, kind, target, at, text }
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
