import fc from 'fast-check'
import {
  alias,
  type Callbacks,
  call,
  cast,
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
  reply,
  self,
  send,
  sendAfter,
  sendRequest,
  sleep,
  spawn,
  spawnLink,
  start,
  trapExit,
  unalias,
  unlink,
  unregister,
  whereis,
} from 'heartwood'
import { ReplyMessage } from 'heartwood/kernel'
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
  /** Made by each for itself, known to all. */
  readonly aliases: (Reference | undefined)[]
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
  callWithHelp: ({ server }: Player) => call(server, 'with help'),
  makeAlias(player: Player, n: number) {
    player.sim.touch('known aliases')
    player.aliases[player.me] = n === 0 ? monitor(other(player, 1), { alias: 'demonitor' }) : alias()
  },
  unalias: ({ aliases, me }: Player) => aliases[me] && unalias(aliases[me]),
  sendByAlias({ sim, aliases, me, pids }: Player, n: number) {
    sim.touch('known aliases', 'read')
    const to = aliases[n % pids.length]
    if (to !== undefined) send(to, `a${me}`)
  },
  monitor(player: Player, n: number) {
    player.ref = monitor(other(player, n))
  },
  demonitor: ({ ref }: Player) => ref && demonitor(ref, { flush: true, info: true }),
  exit: (player: Player, n: number) => void exit(other(player, n), 'boo'),
  kill: (player: Player, n: number) => void exit(other(player, n), 'kill'),
  link: (player: Player, n: number) => void link(other(player, n)),
  trapExit: () => void trapExit(true),
  unlink: (player: Player, n: number) => void unlink(other(player, n)),
  register: () => void register('name', self()),
  unregister: () => void unregister('name'),
  monitorByName(player: Player) {
    player.ref = monitor('name')
  },
  crashTheServer: ({ server }: Player) => void cast(server, 'crash'),
  request: ({ server }: Player) => void sendRequest(server, 'count'),
  sendLater: (player: Player, n: number) => void sendAfter(3 * n, other(player, n), `t${player.me}`),
  spawnDoomed: () =>
    void spawnLink(() => {
      throw new Error('doomed')
    }),
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
  if (message instanceof ReplyMessage) return `reply ${message.value}`
  return isExit(message) ? `EXIT of ${pids.indexOf(message.from)}: ${message.reason}` : message
}

const counter: Callbacks<number, undefined> = {
  init: () => ({ state: 0 }),
  handleCall(request, from, state) {
    if (request !== 'with help') return { state: state + 1, reply: state }
    for (const answer of ['helped', 'helped too']) spawn(() => reply(from, answer))
    return { state: state + 1 }
  },
  handleCast: () => {
    throw new Error('as ordered')
  },
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
    const aliases: (Reference | undefined)[] = []
    for (const [me, acts] of scripts.entries()) {
      const player: Player = { sim, me, pids, server, shared, aliases, ref: undefined }
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
