import type { Body, InitOutcome } from '../../process/behaviour.js'
import type { Choice, NextStep } from '../next-step.js'
import type { SteppedProcess } from '../stepped-process.js'

/** What a process is about to do in a step. */
export type Stride =
  | { readonly does: 'start'; readonly actor: SteppedProcess }
  /** `behind`: another message stands behind it in its channel. */
  | {
      readonly does: 'take'
      readonly actor: SteppedProcess
      readonly from: string
      readonly message: unknown
      readonly behind: boolean
    }
  | { readonly does: 'go on'; readonly actor: SteppedProcess }

/** Undefined for what is no process's. */
export function strideOf(step: NextStep): Stride | undefined {
  const { actor, channel } = step as Partial<Choice>
  if (actor === undefined) return undefined
  if (channel === undefined) return { does: actor.hasBegun ? 'go on' : 'start', actor }
  const [head, next] = channel.parcels
  if (head === undefined || head.resume !== undefined || !actor.receptive) return { does: 'go on', actor }
  const behind = next !== undefined && next.resume === undefined
  return { does: 'take', actor, from: channel.from, message: head.message, behind }
}

/** Has the init of a process, or the first lines of a script, throw. */
export function failStart(actor: SteppedProcess, thrown: unknown): void {
  const given = actor.body
  const start = (): InitOutcome => {
    setBody(actor, given)
    throw thrown
  }
  setBody(actor, Object.create(given, { start: { value: start, configurable: true } }) as Body)
}

function setBody(actor: SteppedProcess, body: Body): void {
  ;(actor as { body: Body }).body = body
}
