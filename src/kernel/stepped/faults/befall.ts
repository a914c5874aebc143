import type { Channel, Parcel } from '../delivery-channel.js'
import type { Choice, NextStep } from '../next-step.js'
import type { SteppedKernel } from '../stepped-kernel.js'
import type { SteppedProcess } from '../stepped-process.js'
import { type Blow, failStart, type Stride, strideOf } from './blow.js'

/** Makes a step in which something goes wrong. */
export function befall(kernel: SteppedKernel, step: NextStep, blow: Blow): void {
  const { actor, channel } = step as Choice
  const stride = strideOf(step) as Stride
  if (blow.what === 'reorder') channel?.swap()
  else if (blow.what === 'duplicate')
    channel?.again({ ...(channel.parcels[0] as Parcel), order: kernel.nextOrder() })
  else if (blow.what === 'hang shutdown') actor.isDeaf = true
  else if (blow.what === 'crash in terminate' || blow.what === 'hang in terminate')
    actor.blowInTerminate = blow
  else if (blow.what === 'crash' && stride.does === 'start') failStart(actor, blow.thrown)
  else if (blow.what !== 'crash' || stride.does !== 'take' || !actor.throwInHandler(blow.thrown)) {
    instead(kernel, actor, channel, blow)
    return
  }
  kernel.make(step)
  actor.blow = undefined
}

/** In place of a step: what its process was to do, or to get, does not come about. */
function instead(
  kernel: SteppedKernel,
  actor: SteppedProcess,
  channel: Channel | undefined,
  blow: Blow,
): void {
  kernel.beginFor(actor)
  if (blow.what === 'hang') actor.hangs = true
  else if (blow.what === 'kill') actor.mustEnd('killed', undefined)
  else if (blow.what === 'crash') actor.fail(blow.thrown)
  else if (channel !== undefined) mislay(kernel, actor, channel, blow)
}

/** The message that is next in a channel is lost, or late. */
function mislay(kernel: SteppedKernel, actor: SteppedProcess, channel: Channel, blow: Blow): void {
  const parcel = channel.take()
  if (parcel === undefined) return
  kernel.causes.push(parcel.step)
  kernel.arrivals.push({ key: `${channel.from}>${actor.key}`, to: actor.key, sent: parcel.step })
  if (blow.what === 'delay') kernel.runAfter(blow.by, () => actor.comes(channel.from, parcel.message))
}
