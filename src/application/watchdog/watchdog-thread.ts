/** The watchdog's thread: listens for the beat of the main one, and looks at what it does when the beat is late. */
import type * as fs from 'node:fs'
import type * as inspector from 'node:inspector'
import type { performance } from 'node:perf_hooks'
import type * as timers from 'node:timers'

/** What the main thread says of itself. */
export interface Orders {
  readonly beats: Int32Array
  /** Milliseconds from beat to beat. */
  readonly interval: number
  readonly limit: number
  /** The symbol of the function to call in the main thread. */
  readonly key: string
}

/** How the main thread is asked: as its whole, or inside one of its frames. */
type Ask = 'Runtime.evaluate' | 'Debugger.evaluateOnCallFrame'

interface AskParams {
  readonly expression: string
  readonly callFrameId?: string
}

interface Answer {
  readonly result?: { readonly value?: unknown }
}

/** What of Node a thread needs, which has no imports. */
interface Node {
  readonly fs: typeof fs
  readonly inspector: typeof inspector
  readonly performance: typeof performance
  readonly timers: typeof timers
}

/**
 * The code of a thread that has it as its source: so it needs no file, which a bundle does not have. That is why it has
 * nothing but its arguments, and why it is one object with methods: bundlers that keep the names of functions put calls of
 * a helper of theirs beside all others.
 */
function listen({ beats, interval, limit, key }: Orders, node: Node): void {
  ;({
    seen: -1,
    since: 0,
    looked: false,
    told: false,
    culprit: undefined as string | undefined,

    run(): void {
      const now = node.performance.now()
      const beat = Atomics.load(beats, 0)
      if (beat !== this.seen) {
        this.seen = beat
        this.since = now
        this.looked = false
        this.told = false
        this.culprit = undefined
      }
      const blocked = now - this.since - interval
      // Before the limit is reached, so that what blocks for hardly longer is still there to be looked at.
      if (!this.looked && blocked > limit * 0.6) this.look()
      // After ten limits the thread itself tells of the one that blocks: the main one may never get to it.
      if (!this.told && this.culprit !== undefined && blocked > limit * 10) this.tell(Math.round(blocked))
      node.timers.setTimeout(() => this.run(), interval / 2)
    },

    tell(blocked: number): void {
      this.told = true
      try {
        node.fs.writeSync(
          2,
          `heartwood: the event loop has been blocked for ${blocked} ms by ${this.culprit}\n`,
        )
      } catch {
        // Nobody reads it. What blocked is in the log as soon as it is over.
      }
    },

    /** The session lasts for one look: a debugger that is on makes all code slower. */
    look(): void {
      this.looked = true
      const session = new node.inspector.Session()
      session.connectToMainThread()
      session.on('Debugger.paused', ({ params }) => {
        // The kernel's loop has the message at hand; code that runs outside of it, such as a timer's, has none.
        const loop = params.callFrames.find(({ functionName }) => functionName === '#handleMail')
        if (loop === undefined) this.ask(session, 'Runtime.evaluate', { expression: this.expression('') })
        else {
          const expression = this.expression('envelope.message')
          this.ask(session, 'Debugger.evaluateOnCallFrame', { callFrameId: loop.callFrameId, expression })
        }
      })
      session.post('Debugger.enable')
      session.post('Debugger.pause')
    },

    /** @param message what stands for the message in the place that is asked */
    expression(message: string): string {
      return `globalThis[Symbol.for(${JSON.stringify(key)})]?.(${message})`
    },

    /**
     * Asks in no frame but the kernel's own: an evaluation writes the variables of its frame back afterwards. In a
     * constructor that has not called `super` yet, and has a closure over `this`, V8 writes `undefined` there, and the
     * call of `super` throws.
     */
    ask(session: inspector.Session, method: Ask, params: AskParams): void {
      session.post(method, { ...params, silent: true }, (_error: Error | null, answer?: Answer) => {
        const value = answer?.result?.value
        if (typeof value === 'string') this.culprit = value
        session.post('Debugger.resume', () => session.disconnect())
      })
    },
  }).run()
}

/** For a `Worker` with `eval`; its `workerData` are the orders. */
export const THREAD_SOURCE = `(${listen})(require('node:worker_threads').workerData, {
  fs: require('node:fs'),
  inspector: require('node:inspector'),
  performance: require('node:perf_hooks').performance,
  timers: require('node:timers'),
})`
