import fc from 'fast-check'
import {
  type Callbacks,
  call,
  demonitor,
  exit,
  HeartwoodError,
  isAlive,
  isDown,
  isExit,
  link,
  monitor,
  type Pid,
  processInfo,
  type Reference,
  receive,
  register,
  self,
  send,
  sleep,
  spawn,
  start,
  trapExit,
  whereis,
} from 'heartwood'
import type { Program, Simulation } from 'heartwood/testing'

/** What a process of a random program does; `n` says to whom. */
export interface Act {
  readonly does: keyof typeof ACTS
  readonly n: number
}

interface Player {
  readonly sim: Simulation
  readonly me: number
  readonly pids: readonly Pid[]
  readonly server: Pid
  readonly shared: { count: number }
  ref: Reference | undefined
}

const other = ({ pids }: Player, n: number): Pid => pids[n % pids.length] as Pid

/** What is returned is what the process has seen. */
const ACTS = {
  send: (player: Player, n: number) => void send(other(player, n), `m${player.me}`),
  sendToMyself: ({ me }: Player) => void send(self(), `s${me}`),
  sendByName: ({ me }: Player) => void send('name', `n${me}`),
  take: (player: Player) => seen(player, { timeout: 5 }),
  poll: (player: Player) => seen(player, { timeout: 0 }),
  call: ({ server }: Player) => call(server, 'count'),
  monitor(player: Player, n: number) {
    player.ref = monitor(other(player, n))
  },
  demonitor: ({ ref }: Player) => ref && demonitor(ref, { flush: true, info: true }),
  exit: (player: Player, n: number) => void exit(other(player, n), 'boo'),
  kill: (player: Player, n: number) => void exit(other(player, n), 'kill'),
  link: (player: Player, n: number) => void link(other(player, n)),
  trapExit: () => void trapExit(true),
  register: () => void register('name', self()),
  whereis: ({ pids }: Player) => pids.indexOf(whereis('name') as Pid),
  isAlive: (player: Player, n: number) => isAlive(other(player, n)),
  queueLength: () => processInfo(self(), 'messageQueueLength'),
  pause: ({ sim }: Player) => sim.pause(),
  touch({ sim, shared }: Player) {
    sim.touch('count')
    shared.count++
    return shared.count
  },
  spawn({ me }: Player) {
    const parent = self()
    spawn(() => send(parent, `c${me}`))
  },
} as const

async function seen({ pids }: Player, options: { timeout: number }): Promise<unknown> {
  const message = await receive({ ...options, onTimeout: () => 'nothing' })
  if (isDown(message)) return `DOWN of ${pids.indexOf(message.object as Pid)}: ${message.reason}`
  return isExit(message) ? `EXIT of ${pids.indexOf(message.from)}: ${message.reason}` : message
}

const counter: Callbacks<number, undefined> = {
  init: () => ({ state: 0 }),
  handleCall: (_request, _from, state) => ({ state: state + 1, reply: state }),
}

/** Does its acts, then takes what comes until nothing does, and leaves what it saw in `log`. */
async function play(player: Player, acts: readonly Act[], log: unknown[]): Promise<void> {
  for (const { does, n } of acts) {
    try {
      const result = await ACTS[does](player, n)
      if (result !== undefined) log.push(result)
    } catch (error) {
      if (!HeartwoodError.is(error) || !isAlive(self())) throw error
      log.push(error.code)
    }
  }
  for (let message: unknown; message !== 'nothing'; log.push(message)) {
    message = await seen(player, { timeout: 20 })
  }
}

/** A few processes that do this and that to each other; the outcome is what each of them has seen. */
export function programOf(scripts: readonly (readonly Act[])[]): Program {
  return async (sim) => {
    const logs = scripts.map((): unknown[] => [])
    const pids: Pid[] = []
    const server = await start(counter)
    const shared = { count: 0 }
    for (const [me, acts] of scripts.entries()) {
      const player: Player = { sim, me, pids, server, shared, ref: undefined }
      pids.push(spawn(() => play(player, acts, logs[me] as unknown[]), { label: `p${me}` }))
    }
    await sleep(50)
    return logs
  }
}

const act = fc.record({
  does: fc.constantFrom(...(Object.keys(ACTS) as Act['does'][])),
  n: fc.nat(2),
})

export const randomScripts = fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), {
  minLength: 2,
  maxLength: 3,
})
