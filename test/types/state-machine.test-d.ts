// Right uses of state machines, and wrong ones under @ts-expect-error; the compiler looks at them in compile.test.ts.

import { Call, Cast, child, Info, inject } from '../../src/decorators/index.js'
import {
  After,
  Enter,
  Internal,
  On,
  Postpone,
  State,
  StateMachine,
  StateTimeout,
  Timeout,
  To,
} from '../../src/decorators/state-machine.js'
import { type From, type Ref, ref, start, startLink } from '../../src/genserver/index.js'
import {
  type Acting,
  acting,
  defineMachine,
  type Machine,
  type MachineChart,
  type MachineEvent,
  machineChart,
  type PendingEvents,
  type Postponing,
  pendingEvents,
  postpone,
  type StateResult,
  stateMachine,
} from '../../src/genserver/state-machine/index.js'
import { type DownMessage, isDown, type Pid } from '../../src/kernel/index.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function assert<T extends true>(proof?: T): void

// The functional form: the states are the keys, the data are what init gives.
const turnstile = stateMachine({
  init: (coins: number) => ({ state: 'locked', data: { coins } }),
  states: {
    locked: (event, data) => {
      assert<Equal<typeof event, MachineEvent>>()
      assert<Equal<typeof data, { coins: number }>>()
      return event.type === 'cast' ? { nextState: 'open', data: { coins: data.coins + 1 } } : 'keep_state'
    },
    open: (event) => {
      if (event.type === 'call') return { actions: [{ reply: 'open', to: event.from }, 'postpone'] }
      if (event.type === 'named_timeout') return { actions: { timeout: 'cancel', name: event.name } }
      return { nextState: 'locked', actions: { stateTimeout: 10, content: 'x', abs: true } }
    },
  },
})
assert<Equal<typeof turnstile, Machine<'locked' | 'open', { coins: number }, number>>>()
const pid: Promise<Pid> = start(turnstile, 3, { name: 'turnstile' })
// @ts-expect-error: init takes a number
start(turnstile, 'three')
// @ts-expect-error: init wants its number
startLink(turnstile)

stateMachine({
  init: () => ({ state: 'a', data: 0 }),
  // @ts-expect-error: there is no state c
  states: { a: () => ({ nextState: 'c' }), b: () => 'keep_state' },
})
stateMachine({
  init: () => ({ state: 'c', data: 0 }),
  // @ts-expect-error: nor can it begin in one
  states: { a: () => 'keep_state' },
})
stateMachine({
  init: () => ({ state: 'a', data: 0 }),
  // @ts-expect-error: the data are a number
  states: { a: () => ({ data: 'x' }) },
})

const byEvent = stateMachine<{ on: boolean }, number, undefined>({
  stateEnter: true,
  init: () => ({ state: { on: false }, data: 0 }),
  handleEvent: (event, state, data) => {
    if (event.type === 'enter') {
      assert<Equal<typeof event.previous, { on: boolean }>>()
      return { data: data + 1 }
    }
    if (event.type === 'call') {
      assert<Equal<typeof event.from, From>>()
      return { stop: 'done', replies: { reply: state, to: event.from } }
    }
    return 'repeat_state'
  },
})
start(byEvent)
stateMachine<string, number>({ init: () => 'ignore', handleEvent: () => 'keep_state' })
// @ts-expect-error: a word that there is not
stateMachine<string, number>({ init: () => 'ignore', handleEvent: () => 'keep' })
stateMachine<string, number>({
  init: () => 'ignore',
  // @ts-expect-error: without stateEnter there is no such event
  handleEvent: (event) => (event.type === 'enter' ? 'keep_state' : 'repeat_state'),
})

type Result = StateResult<'a' | 'b', number>
const results: Result[] = [
  { nextState: 'a' },
  { data: 1, actions: ['hibernate', { postpone: false }, { nextEvent: { type: 'internal', content: 1 } }] },
  {
    repeatState: true,
    actions: [{ timeout: 1 }, { timeout: 1, name: 'x' }, { timeout: 'update', content: 2 }],
  },
]
// @ts-expect-error: one or the other
const both: Result = { nextState: 'a', stop: 'x' }
// @ts-expect-error: a stop has replies, not actions
const acts: Result = { stop: 'x', actions: [] }
// @ts-expect-error: there is no such event
const inserts: Result = { actions: { nextEvent: { type: 'enter' } } }
// @ts-expect-error: a call has somebody to answer
const calls: Result = { actions: { nextEvent: { type: 'call', content: 1 } } }

// The class form: the states are those of the field.
type DoorState = 'locked' | 'opening' | 'open'

@StateMachine({ name: (flat: number) => `door ${flat}`, restart: 'transient' })
class Door {
  state: DoorState = 'locked'
  constructor(@inject('code') private readonly code: string) {}
  init(_flat: number): void {}

  @State('locked') @Call() unlock(code: string): 'welcome' | 'wrong code' {
    if (code !== this.code) return 'wrong code'
    this.state = 'opening'
    return 'welcome'
  }
  @State('open', 'opening') @On('unlock') alreadyOpen(_code: string): 'welcome' {
    return 'welcome'
  }
  // @ts-expect-error: clients are promised another answer
  @On('unlock') wrongAnswer(_code: string): number {
    return 1
  }
  // @ts-expect-error: clients give a string
  @On('unlock') wrongArgument(_code: number): 'welcome' {
    return 'welcome'
  }
  // @ts-expect-error: there is no such event
  @On('unlok') misspelt(_code: string): 'welcome' {
    return 'welcome'
  }
  @On('unlock') later(): Postponing {
    return postpone
  }
  // @ts-expect-error: no such state
  @State('ajar') @Cast() lock(): void {
    // @ts-expect-error: nor here
    this.state = 'ajar'
  }
  // @ts-expect-error: no such state
  @Postpone('ajar') @Call() enter(): string {
    return 'in'
  }
  @Postpone('opening') @Call() count(): Acting<number> {
    return acting([{ timeout: 10 }], 1)
  }
  @State('opening') @Enter() async entered(_previous: DoorState): Promise<void> {}
  // @ts-expect-error: it may come from other states too
  @Enter() enteredFrom(_previous: 'open'): void {}
  // @ts-expect-error: nobody waits for an answer
  @Enter() enteredWith(): string {
    return 'x'
  }
  @State('opening') @After(100) opened(): void {
    this.state = 'open'
  }
  @StateTimeout() timedOut(_content: unknown): Acting {
    return acting({ stateTimeout: 'cancel' })
  }
  // @ts-expect-error: nobody waits for an answer
  @Timeout() quiet(): number {
    return 1
  }
  @Timeout('alarm') alarm(_content: string): void {}
  @Internal({ kind: 'x' }) internal(_content: { readonly kind: 'x' }): void {}
  @Internal(isDown) internalDown(_down: DownMessage): void {}
  // @ts-expect-error: the guard lets something else through
  @Internal(isDown) internalText(_text: string): void {}
  @State('open') @Info('wind') slam(): void {
    this.state = 'locked'
  }
}

// @ts-expect-error: without a state it is no machine
@StateMachine()
export class Stateless {}

const door = ref(Door, 'door 1')
assert<Equal<typeof door, Ref<Door>>>()
assert<Equal<ReturnType<typeof door.call.unlock>, Promise<'welcome' | 'wrong code'>>>()
assert<Equal<ReturnType<typeof door.call.count>, Promise<number>>>()
// @ts-expect-error: a code is a string
door.call.unlock(1234)
door.cast.lock()
// @ts-expect-error: it answers, so it cannot be cast
door.cast.unlock('1234')
child(Door, 1, { restart: 'temporary' })
// @ts-expect-error: init wants its number
child(Door)

class Lamp {
  state: 'off' | 'on' = 'off'
  press(): void {}
}
defineMachine(Lamp, { handlers: [{ on: 'call', method: 'press', states: ['off'], postponed: ['on'] }] })
// @ts-expect-error: no such method
defineMachine(Lamp, { handlers: [{ on: 'call', method: 'pres' }] })
// @ts-expect-error: no such state
defineMachine(Lamp, { handlers: [{ on: 'call', method: 'press', states: ['of'] }] })

export { acts, both, calls, inserts, pid, results }

// Declared transitions: the states that there are.
@StateMachine()
class Gate {
  state: 'shut' | 'ajar' = 'shut'
  @State('shut') @To('ajar') @Call() push(): void {
    this.state = 'ajar'
  }
  // @ts-expect-error: no such state
  @To('opened') @Cast() pull(): void {}
  // @ts-expect-error: no state at all
  @To() @Cast() nudge(): void {}
}
defineMachine(Gate, { handlers: [{ on: 'call', method: 'push', states: ['shut'], to: ['ajar'] }] })
// @ts-expect-error: no such state
defineMachine(Gate, { handlers: [{ on: 'call', method: 'push', to: ['opened'] }] })
stateMachine({
  init: () => ({ state: 'a', data: 0 }),
  transitions: { a: ['b'] },
  states: { a: () => ({ nextState: 'b' }), b: () => 'keep_state' },
})
stateMachine({
  init: () => ({ state: 'a', data: 0 }),
  // @ts-expect-error: no such state
  transitions: { a: ['c'] },
  states: { a: () => ({ nextState: 'b' }), b: () => 'keep_state' },
})
const chart = machineChart(Gate)
assert<Equal<typeof chart, MachineChart>>()
const pending = pendingEvents('gate')
assert<Equal<typeof pending, Promise<PendingEvents>>>()
