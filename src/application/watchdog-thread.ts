/** The watchdog's thread: listens for the beat of the main one, and looks at what it does when the beat is late. */
import { writeSync } from 'node:fs'
import { type Debugger, Session } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import { SystemClock } from '../kernel/index.js'

interface Orders {
  readonly beats: Int32Array
  /** Milliseconds from beat to beat. */
  readonly interval: number
  readonly limit: number
  /** The symbol of the function to call in the main thread. */
  readonly key: string
}

/** After so many limits, the one that blocks is told of by the thread itself: the main one may never get to it. */
const PATIENCE = 10

const { beats, interval, limit, key } = workerData as Orders
const clock = new SystemClock()

let seen = -1
let since = 0
let looked = false
let told = false
let culprit: string | undefined

const alarm = {
  settled: () => Promise.resolve(),
  ring() {
    const now = clock.now()
    const beat = Atomics.load(beats, 0)
    if (beat !== seen) {
      seen = beat
      since = now
      looked = false
      told = false
      culprit = undefined
    }
    const blocked = now - since - interval
    // Before the limit is reached, so that what blocks for hardly longer is still there to be looked at.
    if (!looked && blocked > limit * 0.6) look()
    if (!told && culprit !== undefined && blocked > limit * PATIENCE) {
      told = true
      writeSync(2, `heartwood: the event loop has been blocked for ${Math.round(blocked)} ms by ${culprit}\n`)
    }
    clock.setAlarm(alarm, now + interval / 2)
  },
}

/** The session lasts for one look: a debugger that is on makes all code slower. */
function look(): void {
  looked = true
  const session = new Session()
  session.connectToMainThread()
  session.on('Debugger.paused', ({ params }) => {
    const { callFrames } = params
    // The kernel's loop has the message at hand; code that runs outside of it, such as a timer's, has none.
    const loop = callFrames.find(({ functionName }) => functionName === '#handleMail')
    const frame = loop ?? callFrames[0]
    if (frame === undefined) goOn(session)
    else ask(session, frame, loop === undefined ? '' : 'envelope.message')
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}

function ask(session: Session, { callFrameId }: Debugger.CallFrame, message: string): void {
  const expression = `globalThis[Symbol.for(${JSON.stringify(key)})]?.(${message})`
  session.post(
    'Debugger.evaluateOnCallFrame',
    { callFrameId, expression, silent: true },
    (_error, answer) => {
      const value: unknown = answer?.result?.value
      if (typeof value === 'string') culprit = value
      goOn(session)
    },
  )
}

function goOn(session: Session): void {
  session.post('Debugger.resume', () => session.disconnect())
}

alarm.ring()
