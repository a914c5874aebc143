import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { call, cast, start } from '../../src/genserver/index.js'
import {
  type EnterEvent,
  type MachineActions,
  type MachineEvent,
  type StateResult,
  stateMachine,
} from '../../src/genserver/state-machine/index.js'
import { sys } from '../../src/genserver/sys/sys.js'
import { exit } from '../../src/kernel/index.js'
import { world } from './world.js'

/**
 * Random machines and what a real gen_statem (OTP 25) did with them, event by event: postponed, inserted and repeated
 * events, state-enter calls, and time-outs of zero that are set, replaced, updated and cancelled in every order.
 */
interface Recorded {
  readonly init: string
  readonly actions: MachineActions
  /** The contents of the casts that lie in the mailbox when the machine begins. */
  readonly casts: readonly number[]
  /** What the callback returns for an event's content in a state: `"3,b"`. */
  readonly events: Readonly<Record<string, StateResult<string, null>>>
  readonly enter: Readonly<Record<string, StateResult<string, null>>>
  readonly trace: readonly string[]
}

const recorded: Recorded[] = readFileSync(new URL('golden/state-machine.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))

/** So many callbacks do what they are told; then the machine rests, as it did on the BEAM, since many would never end. */
const FUEL = 40

function machineOf({ init, actions, events, enter }: Recorded, asynchronous: boolean) {
  const trace: string[] = []
  let fuel = FUEL
  const told = (event: MachineEvent | EnterEvent<string>, state: string): StateResult<string, null> => {
    if (event.type === 'call') return { actions: { reply: trace, to: event.from } }
    if (event.type === 'enter') trace.push(`enter ${event.previous} ${state}`)
    else if (event.type === 'named_timeout') trace.push(`named ${event.name} ${event.content} ${state}`)
    else trace.push(`${event.type} ${event.content} ${state}`)
    const result = event.type === 'enter' ? enter[state] : events[`${event.content},${state}`]
    return --fuel > 0 && result !== undefined ? result : 'keep_state'
  }
  return stateMachine<string, null>({
    stateEnter: true,
    init: () => ({ state: init, data: null, actions }),
    handleEvent: (event, state) => (asynchronous ? Promise.resolve(told(event, state)) : told(event, state)),
  })
}

describe.each([
  ['synchronous', false],
  ['asynchronous', true],
])('random machines do as on the BEAM (%s)', (_, asynchronous) => {
  it('in every step', () =>
    world(async () => {
      expect(recorded.length).toBeGreaterThan(100)
      for (const machine of recorded) {
        const pid = await start(machineOf(machine, asynchronous))
        await sys.suspend(pid)
        for (const content of machine.casts) cast(pid, content)
        await sys.resume(pid)
        expect(await call(pid, 'trace')).toEqual(machine.trace)
        exit(pid, 'kill')
      }
    }))
})
