/**
 * Random programs whose processes poll in step: each asks again and again, at the same moments, whether something is so, and waits in
 * between by a sleep, a time-out, a message that it has sent to itself in time, or a callback. A unit of time is long, as in
 * `random-timers.ts`.
 */
import fc from 'fast-check'
import {
  type Callbacks,
  call,
  cancelTimer,
  exit,
  HeartwoodError,
  isAlive,
  type Pid,
  type Reference,
  receive,
  register,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  start,
  whereis,
} from 'heartwood'
import type { Program, Simulation } from 'heartwood/testing'
import { setTimeout } from 'heartwood/timers'
import type { ProgramMaker } from './program-maker.js'

/** Milliseconds. */
const UNIT = 1_000

/** What one process does: so many times it asks, and waits. */
export interface Poller {
  readonly asks: readonly (keyof typeof ASKS)[]
  readonly waits: keyof typeof WAITS
  /** How many units a wait takes. */
  readonly every: number
  readonly rounds: number
}

export type PollProgram = readonly Poller[]

interface Place {
  readonly sim: Pick<Simulation, 'touch'>
  readonly me: number
  readonly pids: readonly Pid[]
  readonly server: Pid
  readonly shared: { holder?: number | undefined; timers: (Reference | undefined)[] }
}

const another = ({ pids, me }: Place): Pid => pids[(me + 1) % pids.length] as Pid

/** Gives what was seen. */
const ASKS = {
  server: ({ server }: Place) => call(server, 'count', { timeout: Number.POSITIVE_INFINITY }),
  take({ sim, shared, me }: Place) {
    sim.touch('holder')
    shared.holder ??= me
    return shared.holder
  },
  release({ sim, shared, me }: Place) {
    sim.touch('holder')
    if (shared.holder === me) shared.holder = undefined
  },
  look({ sim, shared }: Place) {
    sim.touch('holder', 'read')
    return shared.holder
  },
  tell: (place: Place) => void send(another(place), `from ${place.me}`),
  tellMyself: ({ me }: Place) => void send(self(), `to myself, ${me}`),
  mail: () => receive({ timeout: 0, onTimeout: () => 'nothing' }),
  name() {
    if (whereis('it') === undefined) register('it', self())
    return whereis('it') === self()
  },
  alive: (place: Place) => isAlive(another(place)),
  kill: (place: Place) => void exit(another(place), 'kill'),
  cancel(place: Place) {
    const { sim, shared, me, pids } = place
    sim.touch('timers')
    const timer = shared.timers[(me + 1) % pids.length]
    return timer && cancelTimer(timer) === false ? 'too late' : 'cancelled'
  },
  later(place: Place) {
    place.sim.touch('timers')
    place.shared.timers[place.me] = sendAfter(UNIT, another(place), `late from ${place.me}`)
  },
} as const

const WAITS = {
  sleep: (_: Place, ms: number) => sleep(ms),
  take: (_: Place, ms: number) => receive({ timeout: ms, onTimeout: () => 'nothing' }),
  async tick(place: Place, ms: number) {
    const mine = `tick of ${place.me}`
    sendAfter(ms, self(), mine)
    await receive((message: unknown) => message === mine)
  },
  async callback(place: Place, ms: number) {
    const mine = `called back ${place.me}`
    const me = self()
    // Code that a callback lets go on by a promise goes on in its step, which no search tries otherwise.
    setTimeout(() => send(me, mine), ms)
    await receive((message: unknown) => message === mine)
  },
} as const

const counter: Callbacks<number, undefined> = {
  init: () => ({ state: 0 }),
  handleCall: (_, __, state) => ({ state: state + 1, reply: state }),
}

async function poll(place: Place, { asks, waits, every, rounds }: Poller, log: unknown[]): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const ask of asks) {
      try {
        const result: unknown = ASKS[ask](place)
        const seen = result instanceof Promise ? await result : result
        if (seen !== undefined) log.push(seen)
      } catch (error) {
        if (!HeartwoodError.is(error) || !isAlive(self())) throw error
        log.push(error.code)
      }
    }
    const woken = await WAITS[waits](place, every * UNIT)
    if (woken !== undefined) log.push(woken)
  }
  // Between the last of its code and its end others can have their turns in a plain kernel, which no search tries.
  await sleep(20 * UNIT)
}

function programOf(program: PollProgram): Program {
  return async (sim) => {
    const logs = program.map((): unknown[] => [])
    const pids: Pid[] = []
    const shared: Place['shared'] = { timers: [] }
    const asked = program.some(({ asks }) => asks.includes('server'))
    const server = asked ? await start(counter, undefined) : self()
    for (const [me, poller] of program.entries()) {
      const place: Place = { sim, me, pids, server, shared }
      pids.push(spawn(() => poll(place, poller, logs[me] as unknown[]), { label: `p${me}` }))
    }
    await sleep(100 * UNIT)
    return logs
  }
}

const arbitrary: fc.Arbitrary<PollProgram> = fc
  .record({
    every: fc.constantFrom(1, 1, 1, 2),
    waits: fc.shuffledSubarray(Object.keys(WAITS) as Poller['waits'][], { minLength: 1, maxLength: 2 }),
    asks: fc.shuffledSubarray(Object.keys(ASKS) as (keyof typeof ASKS)[], { minLength: 1, maxLength: 3 }),
  })
  .chain(({ every, waits, asks }) => {
    const poller = (most: number) =>
      fc.record({
        asks: fc.array(fc.constantFrom(...asks), { minLength: 1, maxLength: most }),
        waits: fc.constantFrom(...waits),
        every: fc.constant(every),
        rounds: fc.integer({ min: 1, max: 3 }),
      })
    return fc.oneof(fc.tuple(poller(2), poller(2)), fc.tuple(poller(1), poller(1), poller(1)))
  })

function* smaller(program: PollProgram): Generator<PollProgram> {
  for (const [me, poller] of program.entries()) {
    for (const at of poller.asks.keys())
      yield program.with(me, { ...poller, asks: poller.asks.toSpliced(at, 1) })
    if (poller.rounds > 1) yield program.with(me, { ...poller, rounds: poller.rounds - 1 })
    if (program.length > 2) yield program.toSpliced(me, 1)
  }
}

const shown = (program: PollProgram): string =>
  program
    .map(
      ({ asks, waits, every, rounds }, at) =>
        `    p${at}: ${rounds} times ${asks.join(', ')}, then ${waits} ${every}`,
    )
    .join('\n')

export const polls: ProgramMaker<PollProgram> = { arbitrary, programOf, smaller, shown, drifts: true }
