/** A state machine that does what a table says; the twin of `erlang/beam_machine.erl`. */
import type { From } from '../../src/genserver/index.js'
import { type EnterEvent, type MachineEvent, stateMachine } from '../../src/genserver/state-machine/index.js'
import { ExitMessage, exit, trapExit } from '../../src/kernel/index.js'
import { ErlangError, valueFor } from './canon.js'
import { ended } from './heartwood-server.js'
import { Mail, reasonText } from './stage-mail.js'
import type { MachineAct, MachineEntry, MachineScenario, MachineState } from './stage-scenario.js'

/** So many callbacks do what they are told; then the machine rests, since many would never end. */
const FUEL = 40

type Event = MachineEvent | EnterEvent<MachineState>

export class Machine {
  readonly #scenario: MachineScenario
  readonly #log: (line: string) => void
  readonly #table: ReadonlyMap<string, MachineEntry>
  #pending: From[] = []
  #fuel = FUEL

  constructor(scenario: MachineScenario, log: (line: string) => void) {
    this.#scenario = scenario
    this.#log = log
    this.#table = new Map(scenario.table.map((entry) => [entry.on, entry]))
  }

  get callbacks() {
    return stateMachine<MachineState, number>({
      ...(this.#scenario.enters && { stateEnter: true as const }),
      init: () => this.#init() as never,
      handleEvent: (event: Event, state: MachineState, data: number) =>
        this.#event(event, state, data) as never,
      terminate: (reason: unknown, state: MachineState, data: number) => {
        // The reason of a failed callback comes without its stack here, and with it to all others.
        const shown = reason instanceof ErlangError ? reason.term : reason
        this.#log(`terminate ${reasonText(shown)} ${state} ${data}`)
        if (this.#scenario.ending === 'error') throw new ErlangError('ending')
        if (this.#scenario.ending === 'exit') exit('ending')
      },
    } as never)
  }

  #init(): unknown {
    const { init, trap } = this.#scenario
    trapExit(trap)
    this.#log('init')
    if (init.ret === 'keep') {
      return { state: init.state, data: 0, actions: this.#actions(init.actions, undefined) }
    }
    if (init.ret === 'stop') return { stop: valueFor(init.reason) }
    return init.ret === 'ignore' ? 'ignore' : ended(init)
  }

  #event(event: Event, state: MachineState, data: number): unknown {
    const { content } = event
    if (content instanceof ExitMessage) {
      this.#log(`trapped ${reasonText(content.reason)}`)
      return 'keep_state'
    }
    const from = event.type === 'call' ? event.from : undefined
    if (from !== undefined && !this.#pending.includes(from)) this.#pending.push(from)
    const kind = event.type === 'named_timeout' ? String(event.name) : event.type
    const what = event.type === 'enter' ? 'e' : content instanceof Mail ? content.content : String(content)
    this.#log(`${kind} ${what} ${state} ${data}`)
    const entry = this.#table.get(`${kind}_${what}_${state}`)
    this.#fuel--
    if (entry !== undefined && this.#fuel >= 0) return this.#returned(entry, from)
    return from === undefined ? 'keep_state' : { actions: this.#replies('default', from) }
  }

  #returned(entry: MachineEntry, from: From | undefined): unknown {
    const data = 'data' in entry && entry.data !== 'same' ? { data: entry.data } : {}
    switch (entry.ret) {
      case 'next':
        return { nextState: entry.state, ...data, actions: this.#actions(entry.actions, from) }
      case 'keep':
        return { ...data, actions: this.#actions(entry.actions, from) }
      case 'repeat':
        return { repeatState: true, ...data, actions: this.#actions(entry.actions, from) }
      case 'stop':
        return { stop: valueFor(entry.reason), ...data }
      case 'stop_reply':
        return { stop: valueFor(entry.reason), replies: this.#replies(entry.value, from), ...data }
      default:
        return ended(entry)
    }
  }

  /** Of the call that is being handled, or the one that waits longest. */
  #replies(value: unknown, from: From | undefined): object[] {
    const to = from ?? this.#pending[0]
    this.#pending = this.#pending.filter((each) => each !== to)
    return to === undefined ? [] : [{ reply: value, to }]
  }

  #actions(acts: readonly MachineAct[], from: From | undefined): unknown[] {
    return acts.flatMap((act): unknown[] => {
      if (act.act === 'postpone') return ['postpone']
      if (act.act === 'reply') return this.#replies(act.value, from)
      if (act.act === 'next') return [{ nextEvent: { type: act.type, content: new Mail(act.content) } }]
      const { timer, content } = act
      const time = { zero: 0, soon: 20, never: Number.POSITIVE_INFINITY, update: 'update', cancel: 'cancel' }[
        act.time
      ]
      if (timer === 'state_timeout') return [{ stateTimeout: time, content }]
      return [timer === 'timeout' ? { timeout: time, content } : { timeout: time, name: timer, content }]
    })
  }
}
