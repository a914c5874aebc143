/** Watching the messages of single servers, by the debug functions of `sys`; for a while, and never for nobody. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type DebugEvent, seenMessage, sys } from '../genserver/index.js'
import {
  type DeliveryEvent,
  KERNEL_CHANNELS,
  type Kernel,
  type Pid,
  processSummary,
} from '../kernel/index.js'
import type { Feed } from './event-streams.js'
import { lineOf } from './snapshot/one-line-value.js'
import type { Asking } from './snapshot/process-detail.js'
import { type Who, whoIs } from './snapshot/process-identity.js'

/** A message that a traced server took or gave. */
export interface TraceEvent {
  readonly seq: number
  readonly at: number
  readonly pid: string
  readonly type: DebugEvent['type']
  readonly kind: string
  readonly text: string
  /** The other side, where it is known: a process, or what is none, by its label. */
  readonly peer: Peer | null
}

/** A trace that nobody listens to any more ends after so many milliseconds. */
const UNHEARD = 15_000
/** Events of one process in a second; more are counted. */
const MOST_PER_SECOND = 200
/** Senders that are remembered of messages that wait; of more, the oldest are forgotten. */
const MOST_WAITING = 1_000
/** Whoever sends from outside of every process, and timers, which have no pid. */
const OUTSIDE = { label: 'code outside any process' }
const TIMER = { label: 'a timer' }
/** How long a server has to take the order, in milliseconds. */
const PATIENCE = 1_000
/** Characters of a message. */
const LONGEST = 1_000

const TRACE = Symbol('observer trace')

type Peer = Partial<Who>

interface Trace {
  readonly pid: Pid
  /** Who sent what waits in its mailbox: a message itself says so only of a call. */
  readonly senders: { readonly content: unknown; readonly from: Peer }[]
  heardAt: number
  second: number
  inSecond: number
  skipped: number
}

export class Tracing {
  readonly #traces = new Map<Pid, Trace>()
  readonly #heard = (event: unknown): void => this.#delivered(event as DeliveryEvent)
  #last = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly feed: Feed,
    private readonly asking: Asking,
  ) {}

  get pids(): readonly Pid[] {
    return [...this.#traces.keys()]
  }

  async begin(pid: Pid): Promise<void> {
    if (this.#traces.has(pid)) return
    const trace: Trace = { pid, senders: [], heardAt: this.kernel.now(), second: 0, inSecond: 0, skipped: 0 }
    const note = (_: undefined, event: DebugEvent): undefined => this.#note(trace, event)
    await this.asking.within(() => sys.install(pid, note, { id: TRACE, timeout: PATIENCE }))
    if (this.#traces.size === 0) subscribe(KERNEL_CHANNELS.delivery, this.#heard)
    this.#traces.set(pid, trace)
  }

  async end(pid: Pid): Promise<void> {
    if (!this.#traces.delete(pid)) return
    if (this.#traces.size === 0) unsubscribe(KERNEL_CHANNELS.delivery, this.#heard)
    if (!this.kernel.isAlive(pid)) return
    await this.asking.within(() => sys.remove(pid, TRACE, PATIENCE))
  }

  /** Ends the traces that nobody listens to. */
  sweep(failed: (pid: Pid, error: unknown) => void): void {
    const now = this.kernel.now()
    for (const trace of this.#traces.values()) {
      if (this.feed.traces(String(trace.pid))) trace.heardAt = now
      else if (now - trace.heardAt > UNHEARD) this.end(trace.pid).catch((error) => failed(trace.pid, error))
    }
  }

  #delivered({ to, from, message, timer }: DeliveryEvent): void {
    const senders = this.#traces.get(to)?.senders
    if (senders === undefined) return
    const who = timer ? TIMER : from === undefined ? OUTSIDE : whoIs(from)
    senders.push({ content: seenMessage(message).content, from: who })
    if (senders.length > MOST_WAITING) senders.shift()
  }

  /** Messages are taken in the order they came, but for the few that a server takes first. */
  #senderOf({ senders }: Trace, content: unknown): Peer | null {
    const at = senders.findIndex((each) => each.content === content)
    if (at < 0) return null
    const [{ from }] = senders.splice(at, 1) as [Trace['senders'][number]]
    return from
  }

  /** Runs inside the traced server. */
  #note(trace: Trace, { type, kind = type, message, peer }: DebugEvent): undefined {
    const { content } = seenMessage(message)
    const sender = type === 'in' ? this.#senderOf(trace, content) : null
    const now = this.kernel.now()
    const second = Math.floor(now / 1_000)
    if (second !== trace.second) {
      if (trace.skipped > 0) this.#tell(trace, 'skipped', 'skipped', `${trace.skipped} more`, null)
      trace.second = second
      trace.inSecond = 0
      trace.skipped = 0
    }
    if (++trace.inSecond > MOST_PER_SECOND) {
      trace.skipped++
      return
    }
    const who =
      peer === undefined ? sender : processSummary(peer) === undefined ? { pid: String(peer) } : whoIs(peer)
    this.#tell(trace, type, kind, lineOf(content, LONGEST), who)
  }

  #tell(
    trace: Trace,
    type: TraceEvent['type'] | 'skipped',
    kind: string,
    text: string,
    peer: Peer | null,
  ): void {
    const pid = String(trace.pid)
    const at = this.kernel.clock.wallTime()
    this.feed.tellTrace(pid, { seq: ++this.#last, at, pid, type, kind, text, peer })
  }
}
