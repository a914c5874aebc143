/** Runs an arm under V8's sampling profiler, in turns with runs without it, so that what the profiler adds is known. */
import { Session } from 'node:inspector'
import { type Recording, type Shares, Tally } from './profile.js'
import { type Sample, takeSpans, type Work } from './sample.js'
import { median } from './statistics.js'

/** Microseconds between two samples. */
export const INTERVAL = 50
/** Measured time under the profiler after which there are samples enough. */
const ENOUGH_MS = 2_500

/** What the arm prints when it is profiled. */
export interface ProfiledSample extends Sample {
  readonly profile: {
    /** The figure with the profiler on, and without, of runs that took turns. */
    readonly profiled: number
    readonly bare: number
    readonly parts: readonly (Shares & { readonly part: string })[]
  }
}

export interface Course {
  readonly size: number
  /** Runs under the profiler; where one must do, there is none without. */
  readonly most: number
  /** Has the program as it is before any measured run. */
  readonly ready: () => Promise<void>
}

export async function profiled(work: Work, { size, most, ready }: Course): Promise<ProfiledSample> {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: INTERVAL })
  const tally = new Tally()
  const bare: number[] = []
  const under: number[] = []
  let measured = 0
  let sample: Sample
  do {
    if (most > 1) {
      bare.push((await work(size)).value)
      await ready()
    }
    takeSpans()
    session.post('Profiler.start')
    sample = await work(size)
    const spans = takeSpans()
    tally.add(stopped(session), spans)
    under.push(sample.value)
    for (const { from, to } of spans) measured += (to - from) / 1_000
    await ready()
  } while (measured < ENOUGH_MS && under.length < most)
  session.disconnect()
  const parts = tally.parts.flatMap((part) => {
    const shares = tally.shares(part)
    return shares === undefined ? [] : [{ part, ...shares }]
  })
  if (parts.length === 0) throw new Error('the profiler gave no sample of what was measured')
  const profiled = median(under)
  return { ...sample, profile: { profiled, bare: most === 1 ? profiled : median(bare), parts } }
}

function stopped(session: Session): Recording {
  let recording: Recording | undefined
  // Calls back before it returns.
  session.post('Profiler.stop', (error, result) => {
    if (error !== null) throw error
    recording = result.profile as Recording
  })
  if (recording === undefined) throw new Error('the profiler gave no profile')
  return recording
}
