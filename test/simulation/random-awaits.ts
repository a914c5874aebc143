/**
 * Random programs whose code awaits what is settled already between its acts. A plain kernel may give others their turn there: what comes of
 * it is to be an outcome of the search with `betweenAwaits`.
 */
import fc from 'fast-check'
import { type Callbacks, call, cast, type Pid, receive, send, sleep, spawn, start } from 'heartwood'
import type { Program, Simulation } from 'heartwood/testing'
import type { ProgramMaker } from './program-maker.js'

interface Act {
  readonly does: keyof typeof ACTS
  /** So often it awaits what is settled before. */
  readonly awaits: number
}

export type AwaitProgram = readonly (readonly Act[])[]

interface Player {
  readonly me: number
  readonly pids: readonly Pid[]
  readonly server: Pid
  note(what: string): void
}

const another = ({ pids, me }: Player): Pid => pids[(me + 1) % pids.length] as Pid

const ACTS = {
  note: (player: Player) => player.note(`p${player.me}`),
  tell: (player: Player) => void send(another(player), `from ${player.me}`),
  hear: (player: Player) =>
    receive({ timeout: 1_000, onTimeout: () => 'nothing' }).then((what) =>
      player.note(`p${player.me}: ${what}`),
    ),
  cast: ({ server, me }: Player) => void cast(server, me),
  call: ({ server, me }: Player) => call(server, me, { timeout: Number.POSITIVE_INFINITY }),
} as const

const noting: Callbacks<(what: string) => void, (what: string) => void> = {
  init: (note) => ({ state: note }),
  handleCall: async (who, _, note) => {
    await undefined
    note(`called by ${who}`)
    return { state: note, reply: undefined }
  },
  handleCast: (who, note) => {
    note(`cast by ${who}`)
    return { state: note }
  },
}

async function play(player: Player, acts: readonly Act[]): Promise<void> {
  for (const { does, awaits } of acts) {
    for (let each = 0; each < awaits; each++) await undefined
    const result: unknown = ACTS[does](player)
    if (result instanceof Promise) await result
  }
  await sleep(20_000)
}

function programOf(program: AwaitProgram): Program {
  return async (sim: Pick<Simulation, 'touch'>) => {
    const log: string[] = []
    const note = (what: string): void => {
      sim.touch('log')
      log.push(what)
    }
    const pids: Pid[] = []
    const server = await start(noting, note)
    for (const [me, acts] of program.entries()) {
      const player: Player = { me, pids, server, note }
      pids.push(spawn(() => play(player, acts), { label: `p${me}` }))
    }
    await sleep(100_000)
    return log.join(', ')
  }
}

const act = fc.record({
  does: fc.constantFrom<Act['does']>('note', 'note', 'tell', 'hear', 'cast', 'call'),
  awaits: fc.nat(2),
})

const arbitrary: fc.Arbitrary<AwaitProgram> = fc.oneof(
  fc.tuple(fc.array(act, { minLength: 1, maxLength: 3 }), fc.array(act, { minLength: 1, maxLength: 2 })),
)

function* smaller(program: AwaitProgram): Generator<AwaitProgram> {
  for (const [me, acts] of program.entries())
    for (const at of acts.keys()) yield program.with(me, acts.toSpliced(at, 1))
}

const shown = (program: AwaitProgram): string =>
  program
    .map(
      (acts, at) => `    p${at}: ${acts.map(({ does, awaits }) => `${awaits} awaits, ${does}`).join('; ')}`,
    )
    .join('\n')

export const awaits: ProgramMaker<AwaitProgram> = {
  arbitrary,
  programOf,
  smaller,
  shown,
  drifts: true,
  betweenAwaits: true,
}
