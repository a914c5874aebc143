/** How arms compare: always within one run, round by round, since they took turns. */
import { type Measurement, samplesOf } from './results.js'
import { type ArmName, PEERS, type Peer } from './scenario.js'
import { median, type Summary, summary } from './statistics.js'

/** What is compared: time on the clock, or processor time, which other work on the machine disturbs less. */
export type By = 'clock' | 'cpu'

/** How many times `arm`'s figure is Heartwood's: above 1, Heartwood is faster or lighter. */
export function ratioTo(
  measurement: Measurement | undefined,
  arm: ArmName,
  by: By = 'clock',
): Summary | undefined {
  const ours = figuresOf(measurement, 'heartwood', by)
  const theirs = figuresOf(measurement, arm, by)
  if (ours === undefined || theirs === undefined) return undefined
  const rounds = Math.min(ours.length, theirs.length)
  if (rounds === 0) return undefined
  return summary(ours.slice(0, rounds).map((own, round) => (theirs[round] as number) / own))
}

/** The samples of an arm; of processor time where there is some to speak of. */
export function figuresOf(
  measurement: Measurement | undefined,
  arm: ArmName,
  by: By,
): readonly number[] | undefined {
  return (by === 'cpu' ? samplesOf(measurement, arm, 'cpu') : undefined) ?? samplesOf(measurement, arm)
}

/** The peer that does best in a scenario. */
export function bestPeer(measurement: Measurement | undefined, by: By = 'clock'): Peer | undefined {
  let best: { peer: Peer; value: number } | undefined
  for (const peer of PEERS) {
    const samples = figuresOf(measurement, peer, by)
    if (samples === undefined || samples.length === 0) continue
    const value = median(samples)
    if (best === undefined || value < best.value) best = { peer, value }
  }
  return best?.peer
}
