/**
 * The engine: one object per server, which the kernel hands one message at a time.
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
import { mayKeepFrom } from '../messages/from.js'
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
  /** Other ones after a change of its code. */
  #callbacks: Callbacks<State, Args>
  #args: Args | undefined
  #pid!: Pid
  /** Before the start, whether it will have one but itself. */
  #parent: Pid | boolean
  #state!: State
  /** What is being handled. */
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

  /** The reply of a stop, when there is one: see `RareFields`. */
  get exited(): (() => void) | undefined {
    return this.#rare?.farewell
  }

  /** Who waits for a reply to what is being handled. */
  get client(): CallRequest | undefined {
    return this.#current instanceof CallRequest ? this.#current : undefined
  }

  /** Its calls are its own to answer, unless it, or whoever it has answer beside it, may hand their `From` on. */
  answerers(call: CallRequest): readonly Pid[] | undefined {
    const isOurs = SystemRequest.is(call.payload) || this.#callbacks instanceof InstanceCallbacks
    if (call.lent || (!isOurs && mayKeepFrom(this.#callbacks.handleCall))) return undefined
    return this.#rare?.concurrent?.answerers(call) ?? [this.#pid]
  }

  withdraw(call: CallRequest): boolean {
    return this.#rare?.concurrent?.withdraw(call) === true
  }

  /** What can be seen of it at any moment, without a message. */
  get seen() {
    return { callbacks: this.#callbacks, state: this.#state, current: this.#current }
  }

  endsOnExitOf(pid: Pid): boolean {
    return pid === this.#parent
  }

  start(kernel: Kernel, pid: Pid, parent: Pid | undefined): InitOutcome | PromiseLike<InitOutcome> {
    this.#pid = pid
    if (kernel.probe !== undefined) this.#made.debugging = Debugging.of(kernel, pid)
    // Without a link or a monitor it is its own parent: no other's EXIT is an order to stop (semantics G09).
    this.#parent = (this.#parent === true ? parent : undefined) ?? pid
    if (typeof this.#callbacks.init !== 'function') throw missingCallback(this.#pid, 'started', 'init')
    const result = this.#callbacks.init(this.#args as Args)
    // Whatever the server was started with may be large, and only init needs it.
    this.#args = undefined
    if (!isThenable(result)) return this.#initialised(result)
    const isOurs = this.#callbacks instanceof InstanceCallbacks
    const outcome = isOurs ? result : awaitsInit(this.#callbacks.init, result)
    return Promise.resolve(outcome).then((value) => this.#initialised(value))
  }

  /** The starter has been told; continuations come before any queued message (semantics G23). */
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
    // What most messages are comes first: V8 looks through the prototypes of a message for each class that it is not of.
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
      // Overtaken by another message: that period is over.
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

  /** Acts on what a callback returned, and on what its continuations return, before any other message. */
  #settle(returned: unknown): Handled | PromiseLike<Handled> {
    let result = returned
    for (;;) {
      if (result === UNCHANGED) {
        this.#current = undefined
        return
      }
      if (typeof result !== 'object' || result === null || !('state' in result)) return this.#unusual(result)
      // Those of the class form are made by our own code, and no person's.
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

  /** Has a process of its own answer the call; false when there is none to answer. */
  #answerBeside({ concurrently, most }: Concurrently<State> & { readonly most?: CallLimit }): boolean {
    if (!(this.#current instanceof CallRequest) || typeof concurrently !== 'function') return false
    this.#made.beside.start(this.#current, concurrently, most)
    return true
  }

  /** A promise of a result, nothing at all, or something that is no result. */
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

  /** Killed meanwhile: what the callback wanted no longer matters. */
  #settleLater(pending: PromiseLike<unknown>): PromiseLike<Handled> {
    return Promise.resolve(pending).then(
      (result) => (currentKernel().isAlive(this.#pid) ? this.#settle(result) : undefined),
      (thrown: unknown) => this.#crash(thrown),
    )
  }

  /** A reply that is a promise, as where an `await` was forgotten, is awaited: so is what a method of a class returns. */
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
    // No result: the state stays as it was.
    if (replies && !(this.#current instanceof CallRequest)) return this.#badReturn(result)
    if (replies && isFollowed(result.reply)) return this.#replyLater(result)
    this.#state = result.state
    if (!replies) return this.#terminate(result.stop)
    return this.#terminate(result.stop, this.client, result.reply)
  }

  #crash(thrown: unknown): Handled | PromiseLike<Handled> {
    // Killed while the callback waited: it was cut off, which is no crash, and terminate does not run.
    if (!currentKernel().isAlive(this.#pid)) throw thrown
    // Its caller gave up, as the handler was told by the signal that it asked for.
    if (isOfSignal(this.client, thrown)) return this.#settle({ state: this.#state })
    return this.#terminate(reasonOf(thrown))
  }

  /** OTP's `terminate/2` and what surrounds it (semantics 2.3). */
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

  /** A message like others, but that whoever sent it is answered, when it has been handled. */
  #reconfigure(call: CallRequest, told: ToldChange): Handled | PromiseLike<Handled> {
    if (this.#rare !== undefined) this.#disarm()
    this.#current = told.change
    const pending = this.#settle(configChanged(this.#callbacks, told.change, this.#state))
    return Promise.resolve(pending).then((outcome) => taken(outcome, told) ?? call.reply(undefined))
  }

  /** A system message does not end an idle period, but the period starts anew (semantics G24). */
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
