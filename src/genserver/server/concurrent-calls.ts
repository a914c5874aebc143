/**
 * Calls that are answered by a process of their own, while the server goes on.
 */
import {
  bindCallback,
  type CallRequest,
  currentKernel,
  discardAbandoned,
  type ExitMessage,
  type ExitReason,
  exit,
  isAlive,
  isOfSignal,
  mayPutBy,
  notePutBy,
  type Pid,
  processInfo,
  runAsyncHandler,
  type Stores,
  self,
  storesOfNow,
} from '../../kernel/index.js'
import { Directive } from '../class-form/directives.js'
import { genServerError } from '../errors.js'
import { answers } from '../messages/from.js'
import { MethodCall } from '../messages/server-message.js'
import { BadReturn } from './callback-result.js'
import type { Awaitable } from './callbacks.js'

/** How many calls of a method run at once; the others wait for their turn. */
export interface CallLimit {
  readonly method: string
  readonly limit: number
  /** One whose turn comes when nobody waits for its answer any more is left out. Default false. */
  readonly skipAbandoned?: boolean
}

/** A call, and what answers it. */
interface Work {
  readonly call: CallRequest
  readonly answer: () => Awaitable<unknown>
  readonly lane: Lane | undefined
  /** What AsyncLocalStorage stores held where the call was taken. */
  readonly stores: Stores
}

/** Whose calls they are that run. Also those that are done, whose EXIT message may be on its way to a server that traps exits. */
const servers = new WeakMap<Pid, Pid>()

/** The server that a process runs a concurrent call of; undefined for any other. */
export function serverOf(pid: Pid): Pid | undefined {
  return servers.get(pid)
}

/** The calls of a method that has a limit. */
class Lane {
  readonly running = new Set<Pid>()
  /** In the order they came. */
  readonly waiting = new Set<Work>()

  constructor(readonly skipAbandoned: boolean) {}

  /** Fails the call that waits longest; false when none does. */
  dropOldest(): boolean {
    const [oldest] = this.waiting
    if (oldest === undefined) return false
    this.waiting.delete(oldest)
    oldest.call.dropped()
    oldest.call.run?.skip()
    return true
  }

  /** The call whose turn it is. */
  next(): Work | undefined {
    for (const work of this.waiting) {
      this.waiting.delete(work)
      if (!this.skipAbandoned || work.call.active) return work
      discardAbandoned()
      work.call.run?.skip()
    }
    return undefined
  }
}

/**
 * The tasks of one server. Each is linked to it: a server that ends takes them along, and a task that crashes takes the
 * server along, whether or not that traps exits.
 */
export class ConcurrentCalls {
  readonly #server = self()
  readonly #running = new Map<CallRequest, Pid>()
  /** The lanes of the calls that wait for their turn, and what each of them is. */
  readonly #waiting = new WeakMap<CallRequest, { readonly lane: Lane; readonly work: Work }>()
  readonly #lanes = new Map<string, Lane>()
  /** As the server, though it is called when a task ends. */
  readonly #runNext = bindCallback((lane: Lane) => {
    const next = lane.next()
    if (next !== undefined) this.#run(next)
  })

  /** Answers `call` with what `answer` comes to: at once, or when so few others run as `most` says. */
  start(call: CallRequest, answer: () => Awaitable<unknown>, most: CallLimit | undefined): void {
    const lane = most === undefined ? undefined : this.#laneOf(most)
    const work: Work = { call, answer, lane, stores: storesOfNow() }
    call.run?.hold()
    if (most === undefined || lane === undefined || lane.running.size < most.limit) {
      this.#run(work)
      return
    }
    if (!mayPutBy(call, lane.waiting.size, () => lane.dropOldest())) {
      call.run?.skip()
      return
    }
    lane.waiting.add(work)
    this.#waiting.set(call, { lane, work })
    notePutBy(call)
  }

  /** Whether a message is the end of one of them, which is no business of the server's callbacks. */
  owns(message: ExitMessage): boolean {
    return servers.get(message.from) === this.#server
  }

  /** The processes of which one must go on before the call is answered; undefined for a call that is none of these. */
  answerers(call: CallRequest): readonly Pid[] | undefined {
    const pid = this.#running.get(call)
    if (pid !== undefined) return [pid]
    const at = this.#waiting.get(call)
    return at?.lane.waiting.has(at.work) === true ? [...at.lane.running] : undefined
  }

  /** Takes back a call that waits for its turn; false when there is none. */
  withdraw(call: CallRequest): boolean {
    const at = this.#waiting.get(call)
    if (at?.lane.waiting.delete(at.work) !== true) return false
    call.run?.skip()
    return true
  }

  /** The server ends, and nobody waits for their answers any more. */
  stop(reason: ExitReason): void {
    for (const pid of [...this.#running.values()]) exit(pid, reason === 'normal' ? 'shutdown' : reason)
  }

  #laneOf({ method, skipAbandoned = false }: CallLimit): Lane {
    const known = this.#lanes.get(method)
    if (known !== undefined) return known
    const made = new Lane(skipAbandoned)
    this.#lanes.set(method, made)
    return made
  }

  #run({ call, answer, lane, stores }: Work): void {
    const server =
      processInfo(this.#server, 'registeredName') ?? processInfo(this.#server, 'label') ?? this.#server
    const start = async (): Promise<undefined> => {
      // It reads the fields of the server, while other messages change them.
      currentKernel().touches(this.#server, 'state lent')
      answers(call)
      try {
        const value = await runAsyncHandler(answer, answer)
        if (value instanceof Directive) throw misplaced(server, call.payload)
        call.reply(value)
      } catch (thrown) {
        // Its caller gave up, as it was told by the signal that it asked for.
        if (!isOfSignal(call, thrown)) throw thrown
      }
    }
    const exited = (reason: ExitReason): void => {
      this.#running.delete(call)
      lane?.running.delete(pid)
      call.run?.finish(reason === 'normal' ? undefined : reason)
      // Any other end is the server's too, and its callers hear of that.
      if (reason !== 'normal' || !isAlive(this.#server)) return
      call.unanswered(reason)
      if (lane !== undefined) this.#runNext(lane)
    }
    const label = `a concurrent call of ${String(server)}`
    const pid: Pid = currentKernel().launch({ start, exited }, { label, stores, link: true })
    this.#running.set(call, pid)
    lane?.running.add(pid)
    servers.set(pid, this.#server)
  }
}

function misplaced(server: unknown, request: unknown): BadReturn {
  const error = genServerError('BAD_RETURN_VALUE', {
    server,
    callback: MethodCall.is(request) ? `the concurrent call ${request.method}` : 'a concurrent call',
    value: 'a directive',
    problem: 'but it runs beside the server and cannot direct it',
    expected: 'the reply',
  })
  return new BadReturn(error, 'a directive')
}
