import { createHash } from 'node:crypto'
import { type Maintenance, maintenanceOf } from '../maintenance.js'
import type { Standing, TargetState } from '../verdict.js'
import type { Alert, AlertKind } from './alert.js'

/** A certificate was looked at. */
export interface CertificateSeen {
  readonly target: string
  /** When it stops being valid, in epoch milliseconds. */
  readonly validTo: number
  readonly at: number
}

/** Where the policy keeps what was told: a journal, or a map. */
export interface Memory {
  get(key: string): unknown
  /** @param value `undefined` for nothing. @param target what it is about */
  set(key: string, value: unknown, target?: string): unknown
}

const DAY = 86_400_000

/**
 * Decides what is worth an alert: what differs between where a target stands and what was told of it. So an alert that
 * was missed, because somebody crashed in between, comes with the next check; and none comes twice, for what was told is
 * remembered.
 *
 * | what is found | alert |
 * | --- | --- |
 * | down, or slow | one, when it begins |
 * | up again | one, if its trouble was told |
 * | a change while flapping | none |
 * | flapping begins, ends | one each |
 * | a certificate that ends within its target's days | one a day |
 * | anything in a maintenance window | none; what lasts beyond its end is told at the next check after it |
 */
export class AlertPolicy {
  constructor(
    private readonly watched: { readonly windows: readonly Maintenance[] },
    private readonly memory: Memory = new Map<string, unknown>(),
    /** What this Pulse is called, where there are several. */
    private readonly itself: string = 'Pulse itself',
  ) {}

  /** A check was made. @param at its time, in epoch milliseconds */
  judge(standing: Standing, at: number): Alert | undefined {
    const { target, state, flapping } = standing
    const told = this.memory.get(`told/${target}`)
    const now = flapping ? 'flapping' : told === undefined && state === 'up' ? undefined : state
    if (now === told || now === 'pending') return undefined
    if (maintenanceOf(this.watched.windows, target, at) !== undefined) return undefined
    // First the alert is made, then it is noted as told: who dies in between makes the same one again.
    const alert = this.#alertOf(standing, told)
    this.memory.set(`told/${target}`, now === 'up' ? undefined : now, target)
    return alert
  }

  #alertOf({ target, state, flapping, reason, since, turn }: Standing, told: unknown): Alert {
    const alert = (kind: AlertKind, text: string): Alert => {
      return {
        id: idOf([kind, target, turn, since]),
        kind,
        target,
        at: since,
        text: `${target === MONITOR ? this.itself : target} ${text}`,
      }
    }
    if (target === MONITOR) {
      return state === 'up'
        ? alert('recovered', 'can check again')
        : alert('trouble', `cannot check: ${reason}`)
    }
    if (flapping) return alert('flapping', 'goes up and down all the time')
    if (told === 'flapping') return alert('steady', `is steady again: ${state}`)
    if (state === 'up') return alert('up', 'is up again')
    const why = reason === undefined ? '' : `: ${reason}`
    return alert(state as TargetState & AlertKind, `is ${state}${why}`)
  }

  certificate({ target, validTo, at }: CertificateSeen, days: number): Alert | undefined {
    const left = (validTo - at) / DAY
    const warned = this.memory.get(`warned/${target}`)
    if (left > days || (typeof warned === 'number' && Math.abs(at - warned) < DAY)) return undefined
    if (maintenanceOf(this.watched.windows, target, at) !== undefined) return undefined
    this.memory.set(`warned/${target}`, at, target)
    const when = left <= 0 ? 'has expired' : `expires in ${plural(Math.ceil(left), 'day')}`
    const text = `the TLS certificate of ${target} ${when}`
    return { id: idOf(['certificate', target, validTo, at]), kind: 'certificate', target, at, text }
  }
}

/** The name that stands for Pulse itself: no target has it. */
export const MONITOR = ''

/** The same for the same event, in whichever run it is told. */
function idOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 20)
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
