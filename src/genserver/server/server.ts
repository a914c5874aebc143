/**
 * The engine of a server. Each server has one engine object, and the kernel passes it one message at a time.
 *
 * It mirrors `gen_server.erl`'s loop. Synchronous callbacks cost no promise and no closure: `handle` calls the
 * callback, `#settle` acts on its result, and both return nothing.
 */
import {
  awaitsInit,
  type Behaviour,
  CallRequest,
  currentKernel,
  Exit,
  ExitMessage,
  type ExitReason,
  type Handled,
  type InitOutcome,
  isFollowed,
  isOfSignal,
  isThenable,
  type Kernel,
  type Pid,
  printed,
  promiseOf,
  reasonOf,
} from '../../kernel/index.js'
import { InstanceCallbacks } from '../class-form/class-callbacks.js'
import { mayKeepFrom, mentionsFrom } from '../messages/from.js'
import { IdleTimeout } from '../messages/idle-timeout.js'
import {
  Continuation,
  isCast,
  SystemRequest,
  UNCHANGED,
  UNHANDLED,
  UnreadableMessage,
} from '../messages/server-message.js'
import { configChanged, type ToldChange, taken } from '../messages/settings-change.js'
import { Debugging, terminate } from '../sys/debug-events.js'
import { reportTermination, reportUnexpected, statusOf } from '../sys/server-report.js'
import { answerSystem, type CodeChange, holdStill, type SystemAccess } from '../sys/sys-requests.js'
import { dispatch } from './callback-dispatch.js'
import { badReturn, hasInitKeys, hasKnownKeys, isNext, missingCallback } from './callback-result.js'
import type { Callbacks, CallResult, Concurrently, Continuing, InitResult, Stop } from './callbacks.js'
import { codeAfter } from './code-change.js'
import type { CallLimit } from './concurrent-calls.js'
import { RareFields } from './rare-fields.js'

export class Server<State, Args> implements Behaviour {
  /** The callbacks. A change of code replaces them. */
  #callbacks: Callbacks<State, Args>
  #args: Args | undefined
  #pid!: Pid
  /** The parent. Before the start it is a boolean: whether the server will have a parent other than itself. */
  #parent: Pid | boolean
  #state!: State
  /** The message that is being handled. */
  #current: unknown = undefined
  #rare: RareFields<State> | undefined = undefined

  constructor(callbacks: Callbacks<State, Args>, args: Args, hasParent: boolean) {
    this.#callbacks = callbacks
    this.#args = args
    this.#parent = hasParent
  }

  get #made(): RareFields<State> {
    this.#rare ??= new RareFields()
    return this.#rare
  }

  /** Sends the reply of a stop, if there is one. See `RareFields`. */
  get exited(): (() => void) | undefined {
    return this.#rare?.farewell
  }

  /** The call that is being handled, if it waits for a reply. */
  get client(): CallRequest | undefined {
    return this.#current instanceof CallRequest ? this.#current : undefined
  }

  /** The processes that can answer a call: the server, or its concurrent call. Undefined if the `From` of the call may have been handed on. */
  answerers(call: CallRequest): readonly Pid[] | undefined {
    const before = this.#rare?.concurrent?.heldUpBy(call)
    if (before !== undefined) return before
    if (call.lent || (!SystemRequest.is(call.payload) && this.#mayHandOn(call.payload))) return undefined
    return this.#rare?.concurrent?.answerers(call) ?? [this.#pid]
  }

  /** Whether the code that handles a call may have somebody else answer it. */
  #mayHandOn(request: unknown): boolean {
    const callbacks = this.#callbacks
    if (callbacks instanceof InstanceCallbacks) return mentionsFrom(callbacks.handlerOf(request, this.#state))
    return mayKeepFrom(callbacks.handleCall) || mentionsFrom(callbacks.handleCall)
  }

  withdraw(call: CallRequest): boolean {
    return this.#rare?.concurrent?.withdraw(call) === true
  }

  /** The view of the server that is available at any moment, without a message. */
  get seen() {
    return { callbacks: this.#callbacks, state: this.#state, current: this.#current }
  }

  endsOnExitOf(pid: Pid): boolean {
    return pid === this.#parent
  }

  start(kernel: Kernel, pid: Pid, parent: Pid | undefined): InitOutcome | PromiseLike<InitOutcome> {
    this.#pid = pid
    if (kernel.probe !== undefined) this.#made.debugging = Debugging.of(kernel, pid)
    // Without a link or a monitor the server is its own parent: the EXIT of another process does not stop it (semantics G09).
    this.#parent = (this.#parent === true ? parent : undefined) ?? pid
    if (typeof this.#callbacks.init !== 'function') throw missingCallback(this.#pid, 'started', 'init')
    const result = this.#callbacks.init(this.#args as Args)
    // The start arguments may be large, and only `init` needs them.
    this.#args = undefined
    if (!isThenable(result)) return this.#initialised(result)
    const isOurs = this.#callbacks instanceof InstanceCallbacks
    const outcome = isOurs ? result : awaitsInit(this.#callbacks.init, result)
    return Promise.resolve(outcome).then((value) => this.#initialised(value))
  }

  /** Called after the starter has its result. A continuation of `init` runs before all queued messages (semantics G23). */
  ready(): Handled | PromiseLike<Handled> {
    const first = this.#rare?.first
    if (first === undefined) return
    this.#made.first = undefined
    return this.#settle(first)
  }

  leavesOut(message: unknown): boolean {
    const callbacks = this.#callbacks
    return callbacks instanceof InstanceCallbacks && callbacks.leavesOut(message)
  }

  handle(message: unknown): Handled | PromiseLike<Handled> {
    // The most frequent kinds are tested first: for each failed `instanceof`, V8 walks all prototypes of the message.
    let cast: boolean
    try {
      cast = isCast(message)
    } catch {
      return this.#take(new UnreadableMessage())
    }
    if (cast) return this.#take(message)
    if (message instanceof CallRequest) {
      return SystemRequest.is(message.payload) ? this.#system(message) : this.#take(message)
    }
    if (message instanceof IdleTimeout) {
      // Another message arrived first, so that idle period is over.
      return message === this.#rare?.idle ? this.#take('timeout') : undefined
    }
    if (message instanceof ExitMessage) {
      if (this.#rare?.concurrent?.owns(message) === true) {
        return message.reason === 'normal' ? undefined : this.#terminate(message.reason)
      }
      if (message.from === this.#parent) {
        this.#begin(message)
        return this.#terminate(message.reason)
      }
    }
    return this.#take(message)
  }

  #take(message: unknown): Handled | PromiseLike<Handled> {
    this.#begin(message)
    let result: unknown
    try {
      if (this.#rare !== undefined) this.#rare.debugging?.noteMessage(message)
      result = dispatch(this.#callbacks, message, this.#state)
    } catch (thrown) {
      return this.#crash(thrown)
    }
    return this.#settle(result)
  }

  #begin(message: unknown): void {
    if (this.#rare !== undefined) this.#disarm()
    this.#current = message
  }

  #initialised(result: InitResult<State>): InitOutcome {
    if (result === 'ignore') return { ignore: true }
    if (typeof result === 'object' && result !== null) {
      if ('stop' in result) return { stop: result.stop }
      if ('state' in result && hasInitKeys(result) && isNext(result)) {
        this.#state = result.state
        if (result.continue !== undefined || result.timeout !== undefined) this.#made.first = result
        return undefined
      }
      if ('error' in result) return { error: result.error }
    }
    return { stop: badReturn(this.#pid, undefined, result) }
  }

  /** Acts on the result of a callback, and on the results of its continuations, before any other message. */
  #settle(returned: unknown): Handled | PromiseLike<Handled> {
    let result = returned
    for (;;) {
      if (result === UNCHANGED) {
        this.#current = undefined
        return
      }
      if (typeof result !== 'object' || result === null || !('state' in result)) return this.#unusual(result)
      // Results of the class form are made by Heartwood's own code and need no check.
      const isOurs = this.#callbacks instanceof InstanceCallbacks
      if (!isOurs && !hasKnownKeys(result)) return this.#badReturn(result)
      if ('stop' in result) return this.#stopped(result as Stop<State>)
      const { state, continue: continuation, timeout } = result as Continuing<State>
      if ('reply' in result) {
        if (!(this.#current instanceof CallRequest)) return this.#badReturn(result)
        if (isFollowed(result.reply)) return this.#replyLater(result)
        this.#state = state
        this.#current.reply(result.reply)
        if (this.#rare !== undefined) this.#rare.debugging?.noteReply(this.#current, result.reply)
      } else {
        this.#state = state
        if ('concurrently' in result && !this.#answerBeside(result as Concurrently<State>)) {
          return this.#badReturn(result)
        }
      }
      if (continuation === undefined) {
        if (timeout !== undefined) {
          if (!isNext(result)) return this.#badReturn(result)
          this.#arm(timeout)
        }
        this.#current = undefined
        return
      }
      if (!isNext(result)) return this.#badReturn(result)
      this.#current = new Continuation(continuation)
      try {
        if (this.#rare !== undefined) this.#rare.debugging?.handles(this.#current)
        result = dispatch(this.#callbacks, this.#current, this.#state)
      } catch (thrown) {
        return this.#crash(thrown)
      }
    }
  }

  /** Starts a process that answers the call. Returns false if no call is being handled. */
  #answerBeside({ concurrently, most }: Concurrently<State> & { readonly most?: CallLimit }): boolean {
    if (!(this.#current instanceof CallRequest) || typeof concurrently !== 'function') return false
    this.#made.beside.start(this.#current, concurrently, most)
    return true
  }

  /** Acts on the rare results: a promise, a missing handler, or an invalid result. */
  #unusual(result: unknown): Handled | PromiseLike<Handled> {
    if (isThenable(result)) return this.#settleLater(result)
    if (result !== UNHANDLED) return this.#badReturn(result)
    const current = this.#current
    if (current instanceof CallRequest) return this.#missing('a call', current.payload, 'handleCall')
    if (isCast(current)) return this.#missing('a cast', current.request, 'handleCast')
    if (current instanceof Continuation)
      return this.#missing('a continuation', current.value, 'handleContinue')
    this.#current = undefined
    reportUnexpected(currentKernel(), this.#pid, current)
  }

  /** Acts on a result that is a promise. If the process was killed meanwhile, the result is ignored. */
  #settleLater(pending: PromiseLike<unknown>): PromiseLike<Handled> {
    return Promise.resolve(pending).then(
      (result) => (currentKernel().isAlive(this.#pid) ? this.#settle(result) : undefined),
      (thrown: unknown) => this.#crash(thrown),
    )
  }

  /** Awaits a reply that is a promise, for instance after a forgotten `await`. Results of the methods of a class are awaited, too. */
  #replyLater(result: { readonly reply?: unknown }): PromiseLike<Handled> {
    const whole = promiseOf(result.reply as PromiseLike<unknown>).then((reply) => ({ ...result, reply }))
    return this.#settleLater(whole)
  }

  #missing(event: string, value: unknown, callback: string): Handled | PromiseLike<Handled> {
    return this.#terminate(missingCallback(this.#pid, `${event} of ${printed(value)}`, callback, value))
  }

  #badReturn(result: unknown): Handled | PromiseLike<Handled> {
    return this.#terminate(badReturn(this.#pid, this.#current, result))
  }

  #stopped(result: Stop<State> & Partial<CallResult<State>>): Handled | PromiseLike<Handled> {
    const replies = 'reply' in result
    // Without a result the state does not change.
    if (replies && !(this.#current instanceof CallRequest)) return this.#badReturn(result)
    if (replies && isFollowed(result.reply)) return this.#replyLater(result)
    this.#state = result.state
    if (!replies) return this.#terminate(result.stop)
    return this.#terminate(result.stop, this.client, result.reply)
  }

  #crash(thrown: unknown): Handled | PromiseLike<Handled> {
    // The process was killed while the callback waited. That is not a crash, and `terminate` does not run.
    if (!currentKernel().isAlive(this.#pid)) throw thrown
    // The caller gave up, and the handler threw the reason of the signal that it had asked for. That is not a crash.
    if (isOfSignal(this.client, thrown)) return this.#settle({ state: this.#state })
    return this.#terminate(reasonOf(thrown))
  }

  /** Ends the server: `terminate`, reports and reply. OTP's `terminate/2` (semantics 2.3). */
  #terminate(reason: ExitReason, caller?: CallRequest, reply?: unknown): Handled | PromiseLike<Handled> {
    const end = (last: ExitReason): Handled => this.#end(last, caller, reply)
    return terminate(this.#rare?.debugging, this.#callbacks, reason, [this.#state], end)
  }

  /** Its end as a value, where all has gone well so far: to throw it costs as much as a quarter of a start. */
  #end(reason: ExitReason, caller: CallRequest | undefined, reply: unknown): Handled {
    if (!currentKernel().isAlive(this.#pid)) return
    this.#rare?.concurrent?.stop(reason)
    reportTermination(currentKernel(), this.#pid, this.#callbacks, this.#state, this.#current, reason)
    if (caller !== undefined) {
      this.#made.farewell = () => caller.reply(reply)
      this.#rare?.debugging?.noteReply(caller, reply)
    }
    return new Exit(reason)
  }

  #arm(timeout: number): void {
    if (timeout !== Number.POSITIVE_INFINITY) this.#made.idle = new IdleTimeout(this.#pid, timeout)
  }

  #disarm(): void {
    this.#rare?.disarm()
  }

  /** Handles a change of settings. It is handled as other messages are, and its sender gets an answer afterwards. */
  #reconfigure(call: CallRequest, told: ToldChange): Handled | PromiseLike<Handled> {
    if (this.#rare !== undefined) this.#disarm()
    this.#current = told.change
    const pending = this.#settle(configChanged(this.#callbacks, told.change, this.#state))
    return Promise.resolve(pending).then((outcome) => taken(outcome, told) ?? call.reply(undefined))
  }

  /** Restarts the idle period after a system message, which does not end it (semantics G24). */
  #system(call: CallRequest): Handled | PromiseLike<Handled> {
    const { operation, argument } = call.payload as SystemRequest
    if (operation === 'configChange') return this.#reconfigure(call, argument as ToldChange)
    const idle = this.#rare?.idle
    this.#disarm()
    const pending = this.#obey(call)
    if (!isThenable(pending)) return this.#resume(idle, pending)
    return pending.then((outcome) => this.#resume(idle, outcome))
  }

  #resume(idle: IdleTimeout | undefined, outcome: Handled): Handled {
    if (outcome === undefined && idle !== undefined && currentKernel().isAlive(this.#pid))
      this.#arm(idle.time)
    return outcome
  }

  #obey(call: CallRequest): Handled | PromiseLike<Handled> {
    const { operation, argument } = call.payload as SystemRequest
    if (operation === 'terminate') return this.#terminate(argument)
    if (operation !== 'suspend') return answerSystem(call, this.#access('running'))
    call.reply(undefined)
    return this.#suspended()
  }

  async #suspended(): Promise<Handled> {
    const end = await holdStill(this.#access('suspended'))
    if (end !== undefined) return this.#terminate(end.terminate)
  }

  #access(mode: 'running' | 'suspended'): SystemAccess {
    return {
      pid: this.#pid,
      parent: this.#parent as Pid,
      mode,
      getState: () => this.#state,
      setState: (state) => {
        if (this.#callbacks instanceof InstanceCallbacks)
          this.#callbacks.checkState(this.#state as object, state)
        this.#state = state as State
      },
      status: () => statusOf(this.#callbacks, { state: this.#state }),
      debugging: () => this.#rare?.debugging,
      setDebugging: (debugging) => {
        this.#made.debugging = debugging
      },
      changeCode: (change) => this.#changeCode(change),
    }
  }

  async #changeCode(change: CodeChange): Promise<void> {
    const { callbacks, state } = await codeAfter(this.#pid, this.#callbacks, this.#state, change)
    this.#callbacks = callbacks as Callbacks<State, Args>
    this.#state = state as State
  }
}
