/**
 * The engine of state machines: one object per machine. The kernel passes it one message at a time.
 *
 * It mirrors `gen_statem.erl`. One message can become many events: inserted events, postponed events, and time-outs of zero are all handled
 * before the next message (semantics §4.7):
 *
 *     inserted ▸ postponed, when the state changed, oldest first ▸ what waited before ▸ time-outs of zero ▸ mailbox
 */
import {
  type Behaviour,
  type CallRequest,
  ExitMessage,
  type ExitReason,
  exit,
  type InitOutcome,
  isFollowed,
  isThenable,
  type Kernel,
  mayBeRefused,
  type Pid,
  promiseOf,
  reasonOf,
  rules,
  sleep,
} from '../../../kernel/index.js'
import { askable, type SystemRequest } from '../../messages/server-message.js'
import type { From } from '../../server/callbacks.js'
import { Debugging, terminate } from '../../sys/debug-events.js'
import { describe, reportTermination, statusOf } from '../../sys/server-report.js'
import {
  answerSystem,
  type CodeChange,
  holdStill,
  isSystemCall,
  type SystemAccess,
} from '../../sys/sys-requests.js'
import { stateMachineError } from '../errors.js'
import { isReply, Transition } from './actions.js'
import { type Step, same, stepOf } from './callback-result.js'
import type { MachineInit } from './callbacks.js'
import { machineFrom, unfit } from './code-change.js'
import { EventQueue } from './event-queue.js'
import { eventOf, type MachineEvent, QueuedEvent, shownEvent } from './events.js'
import type { MachineLogic } from './machine-logic.js'
import { EVENT_TIMER, MachineTimer, MachineTimers, STATE_TIMER } from './machine-timers.js'
import { pendingOf } from './pending-events.js'
import { shapingOf } from './status-shape.js'

/** The text for `undefined` in an exit reason: mostly a callback that forgot its `return`. */
const NOTHING = "undefined (the callback returned nothing: return 'keep_state' to stay as it is)"

/** The number of events that may follow from one message before other code has a turn. */
const BURST = 64

export class MachineEngine<State, Data, Args> implements Behaviour {
  /** The logic; a change of the code replaces it. */
  #logic: MachineLogic<State, Data, Args>
  readonly #hasParent: boolean
  #args: Args | undefined
  #bounded = false
  #kernel!: Kernel
  #pid!: Pid
  #parent!: Pid
  #state!: State
  #data!: Data
  /** The event that is being handled. */
  #current: QueuedEvent | undefined = undefined
  /** The actions of `init`. They are carried out after the start is complete for the process that started the machine. */
  #initialActions: unknown = undefined
  readonly #events = new EventQueue((call) => this.leavesOut(call))
  readonly #timers = new MachineTimers()
  /** The debugging state, if the machine is debugged. */
  #debugging: Debugging | undefined = undefined

  constructor(logic: MachineLogic<State, Data, Args>, args: Args, hasParent: boolean) {
    this.#logic = logic
    this.#args = args
    this.#hasParent = hasParent
  }

  /** The caller that waits for a reply to the current event. */
  get client(): From | undefined {
    return this.#current?.from
  }

  /**
   * Returns the processes that alone can answer a call: the machine itself, also for a postponed call, unless its callbacks see the `From`
   * and may pass it on.
   */
  answerers(call: CallRequest): readonly Pid[] | undefined {
    return (call.lent || this.#logic.showsFrom === true) && !isSystemCall(call) ? undefined : [this.#pid]
  }

  /**
   * Returns the processes that are likely to answer a call: a postponed call is handled again by the machine, unless its callback has
   * passed the `From` on.
   */
  likelyAnswerers(call: CallRequest): readonly Pid[] | undefined {
    return call.putBy === true ? [this.#pid] : undefined
  }

  /** The state of the machine for observers, which read it without a message. */
  get seen() {
    return { logic: this.#logic, current: this.#current }
  }

  leavesOut(message: unknown): boolean {
    return this.#logic.leavesOut?.(message) === true
  }

  endsOnExitOf(pid: Pid): boolean {
    return pid === this.#parent
  }

  start(kernel: Kernel, pid: Pid, parent: Pid | undefined): InitOutcome | PromiseLike<InitOutcome> {
    this.#kernel = kernel
    this.#bounded = mayBeRefused()
    this.#pid = pid
    this.#debugging = Debugging.of(this.#kernel, this.#pid)
    // Without a link or a monitor it is its own parent: the EXIT of another process is then no order to stop (semantics G09).
    this.#parent = (this.#hasParent ? parent : undefined) ?? this.#pid
    const result = this.#logic.init(this.#args as Args)
    this.#args = undefined
    return isThenable(result)
      ? Promise.resolve(result).then((value) => this.#initialised(value))
      : this.#initialised(result)
  }

  /**
   * Called when the start is complete for the process that started the machine: enters the first state, then carries out the actions of
   * `init`.
   */
  ready(): void | PromiseLike<void> {
    const transition = this.#transition()
    const bad = transition.take(this.#initialActions, false)
    this.#initialActions = undefined
    if (bad !== undefined) return this.#terminate(bad)
    // At this time there is no event that could be postponed.
    if (transition.postpone) return this.#terminate({ badActionFromStateFunction: 'postpone' })
    const pending = this.#logic.stateEnter ? this.#enter(transition) : this.#finish(transition)
    return pending === undefined ? this.#run() : this.#runLater(pending)
  }

  handle(received: unknown): void | PromiseLike<void> {
    const message = askable(received)
    if (isSystemCall(message)) return this.#system(message)
    if (message instanceof ExitMessage && message.from === this.#parent)
      return this.#terminate(message.reason)
    const event = message instanceof MachineTimer ? this.#timers.arrived(message) : eventOf(message)
    // The timer was cancelled after it had fired.
    if (event === undefined) return
    this.#events.add(event, this.#bounded)
    return this.#run()
  }

  #initialised(result: MachineInit<State, Data>): InitOutcome {
    if (result === 'ignore') return { ignore: true }
    if (typeof result === 'object' && result !== null) {
      if ('stop' in result) return { stop: result.stop }
      if ('error' in result) return { error: result.error }
      if ('state' in result && 'data' in result) {
        const problem = this.#logic.problemWith?.(result.state, describe(this.#pid))
        if (problem !== undefined) return { stop: problem }
        this.#state = result.state
        this.#data = result.data
        this.#initialActions = result.actions
        return undefined
      }
    }
    return { stop: { badReturnFromInit: result } }
  }

  /** Handles events until only the mailbox has any. It makes no promise while callbacks return none. */
  #run(): void | PromiseLike<void> {
    for (let count = 0; count < BURST; count++) {
      const event = this.#next()
      if (event === undefined) return
      const again = event.postponedIn !== undefined
      const pending = again ? event.again(() => this.#handleEvent(event)) : this.#handleEvent(event)
      if (pending !== undefined) return this.#runLater(pending)
      if (again && !this.#kernel.isAlive(this.#pid)) return
    }
    return this.#runLater(sleep(0))
  }

  /**
   * Continues after an async callback. A loop and not a chain of promises: a machine that feeds itself without end must not keep promises
   * without end.
   */
  async #runLater(pending: PromiseLike<void>): Promise<void> {
    await pending
    for (let count = 1; this.#kernel.isAlive(this.#pid); count++) {
      const event = this.#next()
      if (event === undefined) return
      const again = event.postponedIn !== undefined
      await (again ? event.again(() => this.#handleEvent(event)) : this.#handleEvent(event))
      if (count % BURST === 0) await sleep(0)
    }
  }

  #next(): QueuedEvent | undefined {
    return this.#events.next() ?? this.#timers.nextDue()
  }

  #handleEvent(event: QueuedEvent): void | PromiseLike<void> {
    // Any event cancels the event time-out.
    this.#timers.cancel(EVENT_TIMER)
    this.#current = event
    let result: unknown
    try {
      if (this.#debugging !== undefined) this.#noteEvent(event)
      result = this.#logic.handle(event as MachineEvent, this.#state, this.#data)
    } catch (thrown) {
      return this.#crash(thrown)
    }
    return isThenable(result) ? this.#later(result, (late) => this.#settle(late)) : this.#settle(result)
  }

  /** Continues when a callback's promise has settled. If the machine was killed meanwhile, the result does not matter any more. */
  #later(
    pending: PromiseLike<unknown>,
    settle: (result: unknown) => void | PromiseLike<void>,
    entering?: Transition<State, Data>,
  ): PromiseLike<void> {
    return Promise.resolve(pending).then(
      (result) => (this.#kernel.isAlive(this.#pid) ? settle(result) : undefined),
      (thrown: unknown) => this.#crash(thrown, entering),
    )
  }

  #settle(result: unknown): void | PromiseLike<void> {
    const step = stepOf(result)
    if (step === undefined)
      return this.#terminate({ badReturnFromStateFunction: result === undefined ? NOTHING : result })
    const transition = this.#transition()
    if (step.changesData) this.#data = step.data as Data
    if (step.stops) return this.#stop(step)
    if (step.moves) {
      const problem = this.#logic.problemWith?.(step.nextState as State, describe(this.#pid), this.#state)
      if (problem !== undefined) return this.#terminate(problem)
      this.#state = step.nextState as State
    }
    const changed = step.moves && !same(transition.state, this.#state)
    const bad = transition.take(step.actions, false)
    if (bad !== undefined) return this.#terminate(bad)
    if (transition.postpone) this.#postpone(this.#current as QueuedEvent)
    if (changed) this.#changeState()
    return this.#logic.stateEnter && (changed || step.repeats)
      ? this.#enter(transition)
      : this.#finish(transition)
  }

  #postpone(event: QueuedEvent): void {
    if (this.#events.postpone(event)) this.#debugging?.note({ type: 'postpone', message: shownEvent(event) })
  }

  #changeState(): void {
    this.#timers.cancel(STATE_TIMER)
    this.#debugging?.note({ type: 'enter', message: this.#state })
    this.#events.retry()
  }

  /** Makes the state-enter call. Its actions are added to those of the event that led to the state. */
  #enter(transition: Transition<State, Data>): void | PromiseLike<void> {
    let result: unknown
    try {
      result = this.#logic.handle({ type: 'enter', previous: transition.state }, this.#state, this.#data)
    } catch (thrown) {
      return this.#crash(thrown, transition)
    }
    return isThenable(result)
      ? this.#later(result, (late) => this.#entered(late, transition), transition)
      : this.#entered(result, transition)
  }

  #entered(result: unknown, transition: Transition<State, Data>): void | PromiseLike<void> {
    const step = stepOf(result)
    if (step === undefined)
      return this.#terminate({ badReturnFromStateFunction: result === undefined ? NOTHING : result })
    if (step.moves && !same(step.nextState, this.#state)) {
      return this.#terminate({ badStateEnterReturnFromStateFunction: result })
    }
    if (step.changesData) this.#data = step.data as Data
    if (step.stops) return this.#stop(step)
    const bad = transition.take(step.actions, true)
    if (bad !== undefined) return this.#terminate(bad)
    return step.repeats ? this.#enter(transition) : this.#finish(transition)
  }

  #finish(transition: Transition<State, Data>): void {
    if (transition.inserted !== undefined) this.#events.insert(transition.inserted)
    if (transition.timers !== undefined) this.#timers.apply(transition.timers)
    this.#current = undefined
  }

  #transition(): Transition<State, Data> {
    const debugging = this.#debugging
    return new Transition(
      this.#state,
      this.#data,
      debugging === undefined ? undefined : ({ to, reply }) => debugging.noteReply(to, reply),
    )
  }

  /** Stops the machine. Replies are sent before `terminate` runs, unlike in a GenServer. */
  #stop(step: Step): void | PromiseLike<void> {
    const { stop, replies = [] } = step
    const all: readonly unknown[] = Array.isArray(replies) ? replies : [replies]
    for (const [at, reply] of all.entries()) {
      if (!isReply(reply)) return this.#terminate({ badReplyActionFromStateFunction: reply })
      if (isFollowed(reply.reply)) {
        return this.#later(promiseOf(reply.reply as PromiseLike<unknown>), (late) =>
          this.#stop({ ...step, replies: [{ ...reply, reply: late }, ...all.slice(at + 1)] }),
        )
      }
      reply.to.reply(reply.reply)
      this.#debugging?.noteReply(reply.to, reply.reply)
    }
    return this.#terminate(stop)
  }

  /**
   * Ends the machine after an error.
   *
   * @param entering the transition whose state could not be entered: the report shows the state before it, as in gen_statem
   */
  #crash(thrown: unknown, entering?: Transition<State, Data>): void | PromiseLike<void> {
    // The machine was killed while the callback waited. That is no crash, and `terminate` does not run.
    if (!this.#kernel.isAlive(this.#pid)) throw thrown
    // The error comes from the signal of the call: its caller gave up.
    if (this.#current?.excuses(thrown) === true) return this.#settle('keep_state')
    if (entering !== undefined) [this.#state, this.#data] = [entering.state, entering.data]
    return this.#terminate(reasonOf(thrown))
  }

  #terminate(reason: ExitReason): void | PromiseLike<void> {
    const end = (last: ExitReason): void => this.#end(last)
    return terminate(this.#debugging, this.#logic, reason, [this.#state, this.#data], end)
  }

  #end(reason: ExitReason): void {
    if (!this.#kernel.isAlive(this.#pid)) return
    // A call is shown by its request, which knows the caller.
    const current = this.#current?.from ?? (this.#current && shownEvent(this.#current))
    reportTermination(this.#kernel, this.#pid, shapingOf(this.#logic), this.#shown, current, reason)
    exit(reason)
  }

  #system(call: CallRequest): void | PromiseLike<void> {
    const { operation, argument } = call.payload as SystemRequest
    if (operation === 'terminate') return this.#terminate(argument)
    if (operation !== 'suspend') return answerSystem(call, this.#access('running'))
    call.reply(undefined)
    return this.#suspended()
  }

  async #suspended(): Promise<void> {
    const end = await holdStill(this.#access('suspended'))
    if (end !== undefined) return this.#terminate(end.terminate)
  }

  #access(mode: 'running' | 'suspended'): SystemAccess {
    return {
      pid: this.#pid,
      parent: this.#parent,
      mode,
      getState: () => ({ state: this.#state, data: this.#data }),
      setState: (replacement) => this.#replace(replacement),
      pending: () => pendingOf(this.#events, this.#timers),
      status: () => statusOf(shapingOf(this.#logic), { state: this.#shown }),
      debugging: () => this.#debugging,
      setDebugging: (debugging) => {
        this.#debugging = debugging
      },
      changeCode: (change) => this.#changeCode(change),
    }
  }

  /** Changes the code. As in OTP, the state is not entered; postponed events and timers stay. */
  async #changeCode({ to, told, extra }: CodeChange): Promise<void> {
    const made = machineFrom(to)
    if (!(made instanceof MachineEngine)) throw unfit(to, describe(this.#pid))
    const logic = made.#logic as MachineLogic<State, Data, Args>
    const oldVersion = told === undefined ? this.#logic.version : told.oldVersion
    const before = { state: this.#state, data: this.#data }
    const { state, data } = (await logic.takeOver?.(before, { oldVersion, extra })) ?? before
    const problem = logic.problemWith?.(state as State, describe(this.#pid))
    if (problem !== undefined) throw problem
    this.#logic = logic
    this.#state = state as State
    this.#data = data as Data
  }

  /** Replaces state and data. As in OTP, the state is not entered and postponed events stay postponed. */
  #replace(replacement: unknown): void {
    if (!rules.isRecord(replacement) || !('state' in replacement && 'data' in replacement)) {
      throw stateMachineError('STATE_REPLACEMENT_INVALID', { value: replacement })
    }
    const problem = this.#logic.problemWith?.(replacement.state as State, describe(this.#pid))
    if (problem !== undefined) throw problem
    this.#logic.checkData?.(this.#data, replacement.data)
    this.#state = replacement.state as State
    this.#data = replacement.data as Data
  }

  /** What a report shows in place of the state of a server. */
  get #shown(): unknown {
    const [postponed, timeouts] = [this.#events.postponed.map(shownEvent), this.#timers.shown]
    return { state: this.#state, data: this.#data, postponed, timeouts }
  }

  #noteEvent(event: QueuedEvent): void {
    this.#debugging?.note({ type: 'in', kind: event.type, message: event.content, peer: event.from?.caller })
    this.#debugging?.handles(event.from ?? event.content)
  }
}
