import fc from 'fast-check'
import {
  Agent,
  type Callbacks,
  call,
  cancelTimer,
  cast,
  demonitor,
  exit,
  HeartwoodError,
  isAlive,
  isDown,
  isExit,
  link,
  monitor,
  Pid,
  PubSub,
  processes,
  processInfo,
  type Reference,
  receive,
  register,
  registered,
  reply,
  self,
  send,
  sendAfter,
  sendRequest,
  setLabel,
  sleep,
  spawn,
  spawnLink,
  start,
  stateMachine,
  stop,
  Task,
  trapExit,
  UniqueRegistry,
  unlink,
  unregister,
  whereis,
} from 'heartwood'
import {
  alias,
  erase,
  get,
  inherited,
  isLinked,
  put,
  ReplyMessage,
  readTimer,
  unalias,
} from 'heartwood/kernel'
import type { Program, Simulation } from 'heartwood/testing'
import type { ProgramMaker } from './program-maker.js'

/** What a process of a random program does; `n` says to whom, or how long. */
export interface Act {
  readonly does: keyof typeof ACTS
  readonly n: number
}

export interface RandomProgram {
  /** What each process does, in this order. */
  readonly scripts: readonly (readonly Act[])[]
  /** For each process, how long it then still takes what comes; 0 for one that does not. */
  readonly patience: readonly number[]
  /** How many messages the first process may have waiting; 0 for any number. */
  readonly limit: number
}

interface Player {
  readonly sim: Simulation
  readonly me: number
  readonly pids: readonly Pid[]
  readonly server: Pid
  readonly machine: Pid
  readonly agent: Agent<number>
  readonly names: UniqueRegistry<string>
  readonly bus: PubSub
  readonly shared: { count: number }
  /** Made by each for itself, known to all. */
  readonly aliases: (Reference | undefined)[]
  readonly timers: (Reference | undefined)[]
  ref: Reference | undefined
}

const other = ({ pids }: Player, n: number): Pid => pids[n % pids.length] as Pid

/** Processes as the program knows them: ids depend on who was spawned first. */
const known = ({ pids, server, machine, agent }: Player, pid: Pid | undefined): number | string => {
  if (pid === undefined) return 'nobody'
  if (pid === server) return 'server'
  if (pid === machine) return 'machine'
  return pid === agent.target ? 'agent' : pids.indexOf(pid)
}

/** What is returned is what the process has seen. */
const ACTS = {
  send: (player: Player, n: number) => void send(other(player, n), `m${player.me}`),
  sendToMyself: ({ me }: Player) => void send(self(), `s${me}`),
  sendByName: ({ me }: Player) => void send('name', `n${me}`),
  take: (player: Player, n: number) => seen(player, { timeout: 2 + n }),
  poll: (player: Player) => seen(player, { timeout: 0 }),
  call: ({ server }: Player) => call(server, 'count'),
  callInHaste: ({ server }: Player, n: number) => call(server, 'slow', { timeout: 2 + n }),
  callWithHelp: ({ server }: Player) => call(server, 'with help'),
  callAborted({ server }: Player) {
    const hurry = new AbortController()
    spawn(() => hurry.abort())
    return call(server, 'count', { signal: hurry.signal })
  },
  stopTheServer: ({ server }: Player) => stop(server),
  updateTheAgent: ({ agent, me }: Player) => agent.update((value) => value * 3 + me),
  askTheAgent: ({ agent }: Player) => agent.get((value) => value),
  castTheAgent: ({ agent, me }: Player) => void agent.cast((value) => value * 3 + me),
  stopTheAgent: ({ agent }: Player) => agent.stop(),
  coin: ({ machine }: Player) => void cast(machine, 'coin'),
  push: ({ machine }: Player) => call(machine, 'push', { timeout: 8 }),
  killTheMachine: ({ machine }: Player) => void exit(machine, 'kill'),
  task: ({ agent }: Player, n: number) => Task.async(() => agent.get((value) => value + n)).await(),
  taskInHaste: async ({ server }: Player) =>
    shownOutcome(await Task.async(() => call(server, 'slow')).yield(2)),
  taskShutDown: async ({ server }: Player) =>
    shownOutcome(await Task.async(() => call(server, 'count')).shutdown()),
  registerVia: ({ names }: Player) => void names.register('it', undefined),
  lookupVia: (player: Player) => known(player, player.names.lookup('it')?.pid),
  subscribe: ({ bus }: Player) => void bus.subscribe('news'),
  publish: ({ bus, me }: Player) => void bus.broadcast('news', `b${me}`),
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
  monitorTheServer(player: Player) {
    player.ref = monitor(player.server)
  },
  demonitor: ({ ref }: Player) => ref && demonitor(ref, { flush: true, info: true }),
  demonitorLeavingIt: ({ ref }: Player) => ref && demonitor(ref, { info: true }),
  exit: (player: Player, n: number) => void exit(other(player, n), 'boo'),
  exitNormally: (player: Player, n: number) => void exit(other(player, n), 'normal'),
  kill: (player: Player, n: number) => void exit(other(player, n), 'kill'),
  link: (player: Player, n: number) => void link(other(player, n)),
  trapExit: () => void trapExit(true),
  unlink: (player: Player, n: number) => void unlink(other(player, n)),
  isLinked: (player: Player, n: number) => isLinked(other(player, n)),
  register: () => void register('name', self()),
  registerAnother: (player: Player, n: number) => void register('name', other(player, n)),
  registerOtherwise: (player: Player, n: number) => void register('other name', other(player, n)),
  unregister: () => void unregister('name'),
  registered: () => registered().join(' '),
  monitorByName(player: Player) {
    player.ref = monitor('name')
  },
  crashTheServer: ({ server }: Player) => void cast(server, 'crash'),
  request: ({ server }: Player) => void sendRequest(server, 'count'),
  sendLater: (player: Player, n: number) => void sendAfter(3 * n, other(player, n), `t${player.me}`),
  makeTimer({ sim, timers, me, pids }: Player, n: number) {
    sim.touch('known timers')
    timers[0] = sendAfter(3 + n, pids[n % pids.length] as Pid, `t${me}`)
  },
  cancelTimer({ sim, timers }: Player) {
    sim.touch('known timers', 'read')
    return timers[0] && cancelTimer(timers[0])
  },
  readTimer({ sim, timers }: Player) {
    sim.touch('known timers', 'read')
    return timers[0] && readTimer(timers[0])
  },
  spawnDoomed: () =>
    void spawnLink(() => {
      throw new Error('doomed')
    }),
  whereis: (player: Player) => known(player, whereis('name')),
  isAlive: (player: Player, n: number) => isAlive(other(player, n)),
  isTheServerAlive: ({ server }: Player) => isAlive(server),
  queueLength: () => processInfo(self(), 'messageQueueLength'),
  queueOf: (player: Player, n: number) => processInfo(other(player, n), 'messageQueueLength'),
  messagesOf: (player: Player, n: number) =>
    String(processInfo(other(player, n), 'messages')?.filter((message) => typeof message === 'string')),
  nameOf: (player: Player, n: number) => String(processInfo(other(player, n), 'registeredName')),
  linksOf: (player: Player, n: number) =>
    String(processInfo(other(player, n), 'links')?.map((pid) => known(player, pid))),
  monitorsOf: (player: Player, n: number) =>
    String(
      processInfo(other(player, n), 'monitors')?.map((at) =>
        at instanceof Pid ? known(player, at) : at.name,
      ),
    ),
  watchersOf: (player: Player, n: number) =>
    String(processInfo(other(player, n), 'monitoredBy')?.map((pid) => known(player, pid))),
  statusOf: (player: Player, n: number) => processInfo(other(player, n), 'status'),
  trappingOf: (player: Player, n: number) => processInfo(other(player, n), 'trapExit'),
  labelOf: (player: Player, n: number) => String(processInfo(other(player, n), 'label')),
  dictionaryOf: (player: Player, n: number) => String(processInfo(other(player, n), 'dictionary')?.get('it')),
  setLabel: ({ me }: Player) => void setLabel(`p${me} anew`),
  put: ({ me }: Player) => void put('it', me),
  get: () => get('it') as number | undefined,
  erase: () => void erase('it'),
  inherit(_: Player, n: number) {
    const parent = self()
    spawn(() => {
      if (n > 0) put('it', n)
      send(parent, `h${inherited('it')}`)
    })
  },
  processes: (player: Player) =>
    processes()
      .map((pid) => known(player, pid))
      .join(' '),
  pause: ({ sim }: Player) => sim.pause(),
  sleep: (_: Player, n: number) => sleep(2 + n),
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

const shownOutcome = (outcome: object | undefined): string =>
  outcome === undefined ? 'open' : Object.keys(outcome).join()

async function seen(player: Player, options: { timeout: number }): Promise<unknown> {
  const message = await receive({ ...options, onTimeout: () => 'nothing' })
  if (isDown(message)) {
    const who = message.object instanceof Pid ? known(player, message.object) : message.object.name
    return `DOWN of ${who}: ${message.reason}`
  }
  if (message instanceof ReplyMessage) return `reply ${message.value}`
  return isExit(message) ? `EXIT of ${known(player, message.from)}: ${message.reason}` : message
}

const counter: Callbacks<number, Simulation> = {
  init: (sim) => {
    put('sim', sim)
    return { state: 0 }
  },
  async handleCall(request, from, state) {
    if (request === 'slow') await (get('sim') as Simulation).pause()
    if (request !== 'with help') return { state: state + 1, reply: state }
    for (const answer of ['helped', 'helped too']) spawn(() => reply(from, answer))
    return { state: state + 1 }
  },
  handleCast: () => {
    throw new Error('as ordered')
  },
}

const turnstile = stateMachine({
  init: () => ({ state: 'locked', data: 0 }),
  states: {
    locked: (event, data) => {
      if (event.type === 'call') return { actions: 'postpone' }
      if (event.type !== 'cast') return 'keep_state'
      return { nextState: 'open', data: data + 1, actions: { stateTimeout: 3, content: 'closes' } }
    },
    open: (event, data) => {
      if (event.type === 'call')
        return { nextState: 'locked', actions: { reply: `pushed ${data}`, to: event.from } }
      return event.type === 'cast' ? 'keep_state' : { nextState: 'locked' }
    },
  },
})

/** Does its acts, then takes what comes until nothing does, and leaves what it saw in `log`. */
async function play(player: Player, acts: readonly Act[], patience: number, log: unknown[]): Promise<void> {
  for (const { does, n } of acts) {
    try {
      const result = await ACTS[does](player, n)
      if (result !== undefined) log.push(result)
    } catch (error) {
      if (!HeartwoodError.is(error) || !isAlive(self())) throw error
      log.push(error.code)
    }
  }
  if (patience === 0) return
  for (let message: unknown; message !== 'nothing'; log.push(message)) {
    message = await seen(player, { timeout: patience })
  }
}

const uses = (scripts: RandomProgram['scripts'], ...acts: readonly Act['does'][]): boolean =>
  scripts.some((script) => script.some(({ does }) => acts.includes(does)))

const SERVERS = [
  ...(['call', 'callInHaste', 'callWithHelp', 'callAborted', 'stopTheServer', 'taskInHaste'] as const),
  ...(['taskShutDown', 'monitorTheServer', 'crashTheServer', 'request', 'isTheServerAlive'] as const),
]
const MACHINES = ['coin', 'push', 'killTheMachine'] as const
const AGENTS = ['updateTheAgent', 'askTheAgent', 'castTheAgent', 'stopTheAgent', 'task'] as const

/** A few processes that do this and that to each other; the outcome is what each of them has seen. */
export function programOf({ scripts, patience, limit }: RandomProgram): Program {
  return async (sim) => {
    const logs = scripts.map((): unknown[] => [])
    const pids: Pid[] = []
    // Those that nobody uses would only make the runs longer.
    const server = uses(scripts, ...SERVERS) ? await start(counter, sim) : self()
    const machine = uses(scripts, ...MACHINES) ? await start(turnstile, undefined) : self()
    const agent = uses(scripts, ...AGENTS) ? await Agent.start(() => 1) : new Agent<number>(self())
    const names = new UniqueRegistry<string>('names')
    const bus = new PubSub('bus')
    if (uses(scripts, 'registerVia', 'lookupVia')) await names.startLink()
    if (uses(scripts, 'subscribe', 'publish')) await bus.startLink()
    const known = { shared: { count: 0 }, aliases: [], timers: [] }
    for (const [me, acts] of scripts.entries()) {
      const player: Player = { sim, me, pids, server, machine, agent, names, bus, ...known, ref: undefined }
      const mailbox = me === 0 && limit > 0 ? { limit, policy: 'reject' as const } : undefined
      pids.push(
        spawn(() => play(player, acts, patience[me] ?? 0, logs[me] as unknown[]), {
          label: `p${me}`,
          ...(mailbox === undefined ? {} : { mailbox }),
        }),
      )
    }
    await sleep(50)
    return logs
  }
}

const NAMES = Object.keys(ACTS) as Act['does'][]

/** Of each program the acts are few, so that they have to do with each other. */
const arbitrary: fc.Arbitrary<RandomProgram> = fc
  .shuffledSubarray(NAMES, { minLength: 3, maxLength: 5 })
  .chain((palette) => {
    const act = fc.record({ does: fc.constantFrom(...palette), n: fc.nat(2) })
    const script = (maxLength: number) => fc.array(act, { minLength: 1, maxLength })
    return fc.record({
      scripts: fc.oneof(
        fc.tuple(script(4), script(3)),
        fc.tuple(script(3), script(1), script(1)),
        fc.tuple(script(1), script(1), script(1), script(1)),
      ),
      patience: fc.array(fc.constantFrom(0, 0, 0, 3, 5), { minLength: 4, maxLength: 4 }),
      limit: fc.constantFrom(0, 0, 0, 0, 1, 2),
    })
  })

/** The same program with one act less, or one process. */
function* smaller(program: RandomProgram): Generator<RandomProgram> {
  const { scripts, patience, limit } = program
  for (const me of scripts.keys()) {
    for (const at of scripts[me]?.keys() ?? []) {
      yield { ...program, scripts: scripts.map((acts, who) => (who === me ? acts.toSpliced(at, 1) : acts)) }
    }
    if ((patience[me] ?? 0) > 0) yield { ...program, patience: patience.with(me, 0) }
  }
  if (limit > 0) yield { ...program, limit: 0 }
}

function shown({ scripts, patience, limit }: RandomProgram): string {
  const words = scripts.map((acts) => acts.map(({ does, n }) => `${does} ${n}`).join(', '))
  return `${words.map((each, at) => `    p${at}: ${each}; patience ${patience[at]}`).join('\n')}\n    limit ${limit}`
}

export const acts: ProgramMaker<RandomProgram> = { arbitrary, programOf, smaller, shown }
