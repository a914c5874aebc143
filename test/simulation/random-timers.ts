/**
 * Random programs whose timers fall due together: sleeps, time-outs, messages and callbacks of one, two or three units of time, set at
 * different moments, cancelled and read by others. A unit is long, so that the same program can run on a clock that goes on by itself
 * while code runs: see `drifting-clock.ts`.
 */
import fc from 'fast-check'
import {
  type Callbacks,
  call,
  cancelTimer,
  cast,
  exit,
  HeartwoodError,
  isAlive,
  type Pid,
  type Reference,
  receive,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  start,
} from 'heartwood'
import { readTimer } from 'heartwood/kernel'
import type { Program, Simulation } from 'heartwood/testing'
import { clearTimeout, setTimeout } from 'heartwood/timers'
import type { ProgramMaker } from './program-maker.js'

/** Milliseconds. */
const UNIT = 1_000

export interface TimerAct {
  readonly does: keyof typeof ACTS
  /** How many units, less one, or to whom. */
  readonly n: number
}

/** What each process does. */
export type TimerProgram = readonly (readonly TimerAct[])[]

interface Sleeper {
  readonly sim: Pick<Simulation, 'touch' | 'pause'>
  readonly me: number
  readonly pids: readonly Pid[]
  readonly server: Pid
  readonly log: unknown[]
  /** Known to all. */
  readonly timers: { message?: Reference; callback?: ReturnType<typeof setTimeout> }
}

const units = (n: number): number => (1 + n) * UNIT
const other = ({ pids }: Sleeper, n: number): Pid => pids[n % pids.length] as Pid
/** On a clock that goes on, a little less than whole units are left. */
const whole = (left: number | false): number | false => left !== false && Math.round(left / UNIT)

const ACTS = {
  sleep: (_: Sleeper, n: number) => sleep(units(n)),
  take: (_: Sleeper, n: number) => receive({ timeout: units(n), onTimeout: () => 'nothing' }),
  poll: () => receive({ timeout: 0, onTimeout: () => 'nothing' }),
  send: (sleeper: Sleeper, n: number) => void send(other(sleeper, n), `m${sleeper.me}`),
  kill: (sleeper: Sleeper, n: number) => void exit(other(sleeper, n), 'kill'),
  alive: (sleeper: Sleeper, n: number) => isAlive(other(sleeper, n)),
  sendLater: (sleeper: Sleeper, n: number) =>
    void sendAfter(units(n), other(sleeper, n + 1), `t${sleeper.me}`),
  set({ sim, timers, me, pids }: Sleeper, n: number) {
    sim.touch('timers')
    timers.message = sendAfter(units(n), pids[0] as Pid, `s${me}`)
  },
  cancel({ sim, timers }: Sleeper) {
    sim.touch('timers')
    return timers.message && whole(cancelTimer(timers.message))
  },
  read({ sim, timers }: Sleeper) {
    sim.touch('timers', 'read')
    return timers.message && whole(readTimer(timers.message))
  },
  setCallback({ sim, timers, me, pids }: Sleeper, n: number) {
    sim.touch('callbacks')
    timers.callback = setTimeout(() => void send(pids[me === 0 ? 1 : 0] as Pid, `c${me}`), units(n))
  },
  clearCallback({ sim, timers }: Sleeper) {
    sim.touch('callbacks')
    clearTimeout(timers.callback)
  },
  call: ({ server }: Sleeper, n: number) => call(server, n, { timeout: units(2) }),
  callInHaste: ({ server }: Sleeper, n: number) => call(server, n, { timeout: units(n) }),
  keepBusy: ({ server }: Sleeper, n: number) => void cast(server, n),
} as const

/** Takes its time for everything. */
const slow: Callbacks<number, undefined> = {
  init: () => ({ state: 0 }),
  handleCall: async (n, _, state) => {
    await sleep(units(n as number))
    return { state: state + 1, reply: state }
  },
  handleCast: async (n, state) => {
    await sleep(units(n as number))
    return { state: state + 10 }
  },
}

async function play(sleeper: Sleeper, acts: readonly TimerAct[]): Promise<void> {
  for (const { does, n } of acts) {
    try {
      const result: unknown = ACTS[does](sleeper, n)
      // An await of what is there already ends no step.
      const seen = result instanceof Promise ? await result : result
      if (seen !== undefined) sleeper.log.push(seen)
    } catch (error) {
      if (!HeartwoodError.is(error) || !isAlive(self())) throw error
      sleeper.log.push(error.code)
    }
  }
  // What comes to the first is what the others see of each other.
  for (let message: unknown; sleeper.me === 0 && message !== 'nothing'; sleeper.log.push(message))
    message = await receive({ timeout: 5 * UNIT, onTimeout: () => 'nothing' })
}

const uses = (program: TimerProgram, ...acts: readonly TimerAct['does'][]): boolean =>
  program.flat().some(({ does }) => acts.includes(does))

function programOf(program: TimerProgram): Program {
  return async (sim) => {
    const logs = program.map((): unknown[] => [])
    const pids: Pid[] = []
    const timers = {}
    const server = uses(program, 'call', 'callInHaste', 'keepBusy') ? await start(slow, undefined) : self()
    for (const [me, acts] of program.entries()) {
      const sleeper: Sleeper = { sim, me, pids, server, log: logs[me] as unknown[], timers }
      pids.push(spawn(() => play(sleeper, acts), { label: `p${me}` }))
    }
    await sleep(100 * UNIT)
    return logs
  }
}

const NAMES = Object.keys(ACTS) as TimerAct['does'][]

const arbitrary: fc.Arbitrary<TimerProgram> = fc
  .shuffledSubarray(NAMES, { minLength: 3, maxLength: 5 })
  .chain((palette) => {
    const timed = fc.record({ does: fc.constantFrom<TimerAct['does']>('sleep', 'take'), n: fc.nat(2) })
    const act = fc.oneof(timed, fc.record({ does: fc.constantFrom(...palette), n: fc.nat(2) }))
    const script = (maxLength: number) => fc.array(act, { minLength: 1, maxLength })
    return fc.oneof(fc.tuple(script(4), script(4)), fc.tuple(script(3), script(2), script(2)))
  })

function* smaller(program: TimerProgram): Generator<TimerProgram> {
  for (const [me, acts] of program.entries())
    for (const at of acts.keys()) yield program.with(me, acts.toSpliced(at, 1))
}

const shown = (program: TimerProgram): string =>
  program.map((acts, at) => `    p${at}: ${acts.map(({ does, n }) => `${does} ${n}`).join(', ')}`).join('\n')

export const timers: ProgramMaker<TimerProgram> = { arbitrary, programOf, smaller, shown, drifts: true }
