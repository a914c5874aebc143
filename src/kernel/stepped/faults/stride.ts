import type { Body, InitOutcome } from '../../process/behaviour.js'
import type { Choice, NextStep } from '../next-step.js'
import type { SteppedProcess } from '../stepped-process.js'

/** The action of a process in its next step. */
export type Stride =
  | { readonly does: 'start'; readonly actor: SteppedProcess }
  /** `behind`: whether another message is behind it in its channel. */
  | {
      readonly does: 'take'
      readonly actor: SteppedProcess
      readonly from: string
      readonly message: unknown
      readonly behind: boolean
    }
  | { readonly does: 'go on'; readonly actor: SteppedProcess }

/** Returns the action of a step; `undefined` for a step of no process. */
export function strideOf(step: NextStep): Stride | undefined {
  const { actor, channel } = step as Partial<Choice>
  if (actor === undefined) return undefined
  if (channel === undefined) return { does: actor.hasBegun ? 'go on' : 'start', actor }
  const [head, next] = channel.parcels
  if (head === undefined || head.resume !== undefined || !actor.receptive) return { does: 'go on', actor }
  const behind = next !== undefined && next.resume === undefined
  return { does: 'take', actor, from: channel.from, message: head.message, behind }
}

/** Makes the init of a process, or the beginning of a script, throw. */
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
