/**
 * Concurrent calls: each is answered by a process of its own, while the server goes on with its messages.
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
  type PutBy,
  processInfo,
  runAsyncHandler,
  type Stores,
  self,
  storesOfNow,
  unlink,
} from '../../kernel/index.js'
import { Directive } from '../class-form/directives.js'
import { genServerError } from '../errors.js'
import { answers } from '../messages/from.js'
import { MethodCall } from '../messages/server-message.js'
import { BadReturn } from './callback-result.js'
import type { Awaitable } from './callbacks.js'

/** The limit of concurrent calls of a method. Calls above the limit wait for their turn. */
export interface CallLimit {
  readonly method: string
  readonly limit: number
  /** Whether a call is skipped if nobody waits for its answer any more when its turn comes. Default false. */
  readonly skipAbandoned?: boolean
}

/** A call with the function that answers it. */
interface Work {
  readonly call: CallRequest
  readonly answer: () => Awaitable<unknown>
  readonly lane: Lane | undefined
  /** The contents of the AsyncLocalStorage stores at the moment when the server took the call. */
  readonly stores: Stores
}

/** The server of each process that runs a concurrent call. Ended processes stay here, since their EXIT may still be on its way to a server that traps exits. */
const servers = new WeakMap<Pid, Pid>()

/** The server whose concurrent call a process runs; undefined for all other processes. */
export function serverOf(pid: Pid): Pid | undefined {
  return servers.get(pid)
}

/** The running and waiting calls of a method that has a limit. */
class Lane implements PutBy {
  readonly running = new Set<Pid>()
  /** The waiting calls, in order of arrival. */
  readonly waiting = new Set<Work>()
  searched = 0

  constructor(readonly skipAbandoned: boolean) {}

  get count(): number {
    return this.waiting.size
  }

  /** Fails the call that has waited longest. Returns false if no call waits. */
  dropOldest(): boolean {
    const [oldest] = this.waiting
    if (oldest === undefined) return false
    this.waiting.delete(oldest)
    oldest.call.dropped()
    oldest.call.run?.skip()
    return true
  }

  leaveOut(): void {
    for (const work of this.waiting) if (this.#isLeftOut(work)) this.#skip(work)
  }

  /** Takes the next waiting call. */
  next(): Work | undefined {
    for (const work of this.waiting) {
      if (!this.#isLeftOut(work)) {
        this.waiting.delete(work)
        return work
      }
      this.#skip(work)
    }
    return undefined
  }

  #isLeftOut({ call }: Work): boolean {
    return this.skipAbandoned && !call.active
  }

  #skip(work: Work): void {
    this.waiting.delete(work)
    discardAbandoned()
    work.call.run?.skip()
  }
}

/**
 * The concurrent calls of one server. Their processes are linked to the server: they end with it, and the crash of one ends
 * the server, whether it traps exits or not.
 */
export class ConcurrentCalls {
  readonly #server = self()
  readonly #running = new Map<CallRequest, Pid>()
  /** The lane and the work of each waiting call. */
  readonly #waiting = new WeakMap<CallRequest, { readonly lane: Lane; readonly work: Work }>()
  readonly #lanes = new Map<string, Lane>()
  /** Runs the next call of a lane. It runs as the server, although it is called when another process ends. */
  readonly #runNext = bindCallback((lane: Lane) => {
    const next = lane.next()
    if (next !== undefined) this.#run(next)
  })

  /** Answers `call` with the result of `answer`. It starts at once, or when fewer calls run than `most` allows. */
  start(call: CallRequest, answer: () => Awaitable<unknown>, most: CallLimit | undefined): void {
    const lane = most === undefined ? undefined : this.#laneOf(most)
    const work: Work = { call, answer, lane, stores: storesOfNow() }
    call.run?.hold()
    if (most === undefined || lane === undefined || lane.running.size < most.limit) {
      this.#run(work)
      return
    }
    if (!mayPutBy(call, lane)) {
      call.run?.skip()
      return
    }
    lane.waiting.add(work)
    this.#waiting.set(call, { lane, work })
    notePutBy(call)
  }

  /** Whether a message is the exit of a concurrent call, which the server's callbacks do not get. */
  owns(message: ExitMessage): boolean {
    return servers.get(message.from) === this.#server
  }

  /** The processes of which one must make progress before the call is answered; undefined for a call that is not concurrent. */
  answerers(call: CallRequest): readonly Pid[] | undefined {
    const pid = this.#running.get(call)
    return pid === undefined ? undefined : [pid]
  }

  /** The processes of which one must end before the call has its turn; undefined for a call that does not wait for that. */
  heldUpBy(call: CallRequest): readonly Pid[] | undefined {
    const at = this.#waiting.get(call)
    return at?.lane.waiting.has(at.work) === true ? [...at.lane.running] : undefined
  }

  /** Removes a waiting call. Returns false if the call does not wait. */
  withdraw(call: CallRequest): boolean {
    const at = this.#waiting.get(call)
    if (at?.lane.waiting.delete(at.work) !== true) return false
    call.run?.skip()
    return true
  }

  /** Ends all concurrent calls, since the server ends. */
  stop(reason: ExitReason): void {
    for (const pid of [...this.#running.values()]) {
      // Their ends must not come back by the links, and be the reason of a server whose terminate still runs.
      unlink(pid)
      exit(pid, reason === 'normal' ? 'shutdown' : reason)
    }
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
      // The call reads the fields of the server while the server's other handlers change them.
      currentKernel().touches(this.#server, 'state lent')
      answers(call)
      try {
        const value = await runAsyncHandler(answer, answer)
        if (value instanceof Directive) throw misplaced(server, call.payload)
        call.reply(value)
      } catch (thrown) {
        // The caller gave up, and the handler threw the reason of the signal that it had asked for. That is not a crash.
        if (!isOfSignal(call, thrown)) throw thrown
      }
    }
    const exited = (reason: ExitReason): void => {
      this.#running.delete(call)
      lane?.running.delete(pid)
      call.run?.finish(reason === 'normal' ? undefined : reason)
      // Any other reason ends the server as well, and the callers get the server's exit.
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
