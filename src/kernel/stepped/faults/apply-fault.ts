import type { Channel, Parcel } from '../delivery-channel.js'
import type { Choice, NextStep } from '../next-step.js'
import type { SteppedKernel } from '../stepped-kernel.js'
import type { SteppedProcess } from '../stepped-process.js'
import type { FaultEffect } from './fault-effect.js'
import { failStart, type Stride, strideOf } from './stride.js'

/** Makes a step with a fault. */
export function applyFault(kernel: SteppedKernel, step: NextStep, effect: FaultEffect): void {
  const { actor, channel } = step as Choice
  const stride = strideOf(step) as Stride
  if (effect.what === 'reorder') channel?.swap()
  else if (effect.what === 'duplicate')
    channel?.again({ ...(channel.parcels[0] as Parcel), order: kernel.nextOrder() })
  else if (effect.what === 'hang shutdown') actor.isDeaf = true
  else if (effect.what === 'crash in terminate' || effect.what === 'hang in terminate')
    actor.effectInTerminate = effect
  else if (effect.what === 'crash' && stride.does === 'start') failStart(actor, effect.thrown)
  else if (effect.what !== 'crash' || stride.does !== 'take' || !actor.throwInHandler(effect.thrown)) {
    instead(kernel, actor, channel, effect)
    return
  }
  kernel.make(step)
  actor.effect = undefined
}

/** Begins a step in which its process does not do, or does not get, what it was to. */
function instead(
  kernel: SteppedKernel,
  actor: SteppedProcess,
  channel: Channel | undefined,
  effect: FaultEffect,
): void {
  kernel.beginFor(actor)
  if (effect.what === 'hang') actor.hangs = true
  else if (effect.what === 'kill') actor.mustEnd('killed', undefined)
  else if (effect.what === 'crash') actor.fail(effect.thrown)
  else if (channel !== undefined) mislay(kernel, actor, channel, effect)
}

/** Loses or delays the next message of a channel. */
function mislay(kernel: SteppedKernel, actor: SteppedProcess, channel: Channel, effect: FaultEffect): void {
  const parcel = channel.take()
  if (parcel === undefined) return
  kernel.causes.push(parcel.step)
  kernel.arrivals.push({ key: `${channel.from}>${actor.key}`, to: actor.key, sent: parcel.step })
  if (effect.what === 'delay') kernel.runAfter(effect.by, () => actor.comes(channel.from, parcel.message))
}
