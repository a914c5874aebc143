/** The thread of the watchdog: it checks the beat of the main thread, and when that is late, examines what the main thread runs. */
import type * as fs from 'node:fs'
import type * as inspector from 'node:inspector'
import type { performance } from 'node:perf_hooks'
import type * as timers from 'node:timers'

/** The data from the main thread. */
export interface Orders {
  readonly beats: Int32Array
  /** Milliseconds between two beats. */
  readonly interval: number
  readonly limit: number
  /** The symbol of the function to call in the main thread. */
  readonly key: string
}

/** The methods of the inspector to evaluate code: globally, or in a frame. */
type Ask = 'Runtime.evaluate' | 'Debugger.evaluateOnCallFrame'

interface AskParams {
  readonly expression: string
  readonly callFrameId?: string
}

interface Answer {
  readonly result?: { readonly value?: unknown }
}

/** The modules of Node that the thread uses, since its code has no imports. */
interface Node {
  readonly fs: typeof fs
  readonly inspector: typeof inspector
  readonly performance: typeof performance
  readonly timers: typeof timers
}

/**
 * The code of the thread. The thread gets its source as a text, so that it needs no file, which a bundle would not have. That is why it
 * uses only its arguments, and why it is one object with methods: bundlers that keep the names of functions insert calls of a helper
 * beside all other functions.
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
      // Before the limit, so that code that blocks only a little longer is still running.
      if (!this.looked && blocked > limit * 0.6) this.look()
      // After ten limits the thread itself reports the blocking, since the main thread may never do it.
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
        // Standard error is closed. The report in the log follows when the blocking ends.
      }
    },

    /** Examines the main thread. The inspector session is closed after it, since an active debugger makes all code slower. */
    look(): void {
      this.looked = true
      const session = new node.inspector.Session()
      session.connectToMainThread()
      session.on('Debugger.paused', ({ params }) => {
        // The frame of the kernel's loop has the message. Code outside of it, such as that of a timer, has none.
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

    /** The expression to evaluate. @param message the expression for the message in that frame */
    expression(message: string): string {
      return `globalThis[Symbol.for(${JSON.stringify(key)})]?.(${message})`
    },

    /**
     * Evaluates an expression, only globally or in the kernel's own frame. After an evaluation V8 writes the variables of the frame back. In
     * a constructor that has not called `super` yet, and has a closure over `this`, it would write `undefined`, and the call of `super`
     * would throw.
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

/** The source for a `Worker` with `eval`; its `workerData` are the orders. */
export const THREAD_SOURCE = `(${listen})(require('node:worker_threads').workerData, {
  fs: require('node:fs'),
  inspector: require('node:inspector'),
  performance: require('node:perf_hooks').performance,
  timers: require('node:timers'),
})`
