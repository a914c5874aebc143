/**
 * Scenarios of one server or one state machine: its callbacks do what a table says for what comes and the state it comes in;
 * operations send it something, look into it, stop it, or harm a client.
 *
 *     #2 call a 0                     what happened in it, in order: callbacks with their state, what terminate got, its death
 *     trapped boom
 *     terminate boom 1
 *     dead boom
 *     client 2 got 7                  what a client got (by the number of its operation), and the parent
 *     client parent boom
 */
import type { Term } from './scenario.js'

export type Content = 'a' | 'b' | 'c'

/** What a callback does before it returns: answers the call that waits longest, or sends to itself. */
export type ServerAct =
  | { act: 'answer'; value: number }
  | { act: 'send'; content: Content }
  | { act: 'cast'; content: Content }

interface Next {
  next: 'none' | 'zero' | 'soon' | 'never' | 'continue'
  /** Of a continuation. */
  arg?: Content
}

type Ending =
  | { ret: 'bad' }
  | { ret: 'error'; reason: Term }
  | { ret: 'exit'; reason: Term }
  | { ret: 'ignore' }

export type ServerResult =
  | ({ ret: 'reply'; value: number; state: number } & Next)
  | ({ ret: 'noreply'; state: number } & Next)
  | { ret: 'stop'; reason: Term; state: number }
  | { ret: 'stop_reply'; reason: Term; value: number; state: number }
  | Ending

export type Timed = 'zero' | 'soon' | 'never' | 'update' | 'cancel'

export type MachineAct =
  | { act: 'postpone' }
  | { act: 'next'; type: 'internal' | 'cast' | 'info'; content: Content }
  | { act: 'reply'; value: number }
  | {
      act: 'timer'
      timer: 'state_timeout' | 'timeout' | 'one' | 'two' | 'later'
      time: Timed
      content: Content
    }

export type MachineState = 'x' | 'y'

export type MachineResult =
  | { ret: 'next'; state: MachineState; data: number | 'same'; actions: MachineAct[] }
  | { ret: 'keep' | 'repeat'; state?: MachineState; data: number | 'same'; actions: MachineAct[] }
  | { ret: 'stop'; reason: Term; data: number | 'same' }
  | { ret: 'stop_reply'; reason: Term; value: number; data: number | 'same' }
  | Ending

export type StageOp =
  | { op: 'call' | 'cast' | 'info' | 'multi'; content: Content }
  | { op: 'stop' | 'signal' | 'parent_signal'; reason: Term }
  | { op: 'get_state' | 'suspend' | 'resume' | 'sleep' }
  | { op: 'replace_state'; state: MachineState; data: number }
  /** The client of an earlier operation. */
  | { op: 'kill_client'; client: number }

interface Stage<Result, Entry> {
  id: string
  trap: boolean
  linked: boolean
  named: boolean
  init: Result
  table: Entry[]
  /** How `terminate` ends. */
  ending: 'ok' | 'error' | 'exit'
  ops: StageOp[]
}

export type ServerEntry = { on: string; acts: ServerAct[] } & ServerResult
export type MachineEntry = { on: string } & MachineResult

export interface ServerScenario extends Stage<ServerResult, ServerEntry> {
  kind: 'server'
}

export interface MachineScenario extends Stage<MachineResult, MachineEntry> {
  kind: 'machine'
  enters: boolean
}

export type StageScenario = ServerScenario | MachineScenario
