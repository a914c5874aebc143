/**
 * Random programs of another make than those of `random-programs.ts`: what is done there is a list for each process, here it is
 * a tree. A server does things while it handles a call, children do things before they answer or crash, and what is waited
 * for is done in the middle of others.
 */
import fc from 'fast-check'
import {
  Agent,
  type Callbacks,
  call,
  cancelTimer,
  cast,
  DuplicateRegistry,
  demonitor,
  exit,
  type From,
  HeartwoodError,
  isAlive,
  isDown,
  isExit,
  isGroupMessage,
  link,
  type MailboxOptions,
  monitor,
  noReply,
  Pid,
  ProcessGroups,
  PubSub,
  processInfo,
  processSignal,
  type Reference,
  receive,
  register,
  registered,
  reply,
  restartChild,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  start,
  startLink,
  startSupervisor,
  stateMachine,
  stop,
  sys,
  Task,
  terminateChild,
  trapExit,
  unlink,
  whereis,
  whichChildren,
} from 'heartwood'
import { alias, get, put, readTimer, startTimer, unalias } from 'heartwood/kernel'
import type { Program, Simulation } from 'heartwood/testing'
import type { ProgramMaker } from './program-maker.js'

/** Something done; `within` is what is done within it, by whoever it makes do something. */
interface Deed {
  readonly does: keyof typeof DEEDS
  readonly n: number
  readonly within: readonly Deed[]
}

export interface Services {
  /** What each client does. */
  readonly clients: readonly (readonly Deed[])[]
  /** What the server does while it handles a call. */
  readonly handler: readonly Deed[]
  readonly answers: 'at once' | 'by another' | 'with the next'
  /** How much room the kiosk has, and what becomes of those that come when there is none. */
  readonly room: MailboxOptions
  readonly strategy: 'one_for_one' | 'one_for_all' | 'rest_for_one'
}

/** What all share. */
interface Town {
  readonly sim: Simulation
  readonly program: Services
  readonly clients: Pid[]
  readonly server: Pid
  readonly gate: Pid
  readonly shop: Pid
  readonly kiosk: Pid
  readonly agent: Agent<number>
  readonly groups: ProcessGroups
  readonly watchers: DuplicateRegistry<string, number>
  readonly bus: PubSub
  readonly logs: unknown[][]
}

/** Who does it. */
interface Doer extends Town {
  readonly log: (seen: unknown) => void
  readonly kept: {
    monitor?: Reference | undefined
    timer?: Reference | undefined
    alias?: Reference | undefined
  }
}

/** Who does it for another: with a log of their own, since the order in which two write into one is seen by nobody. */
function helper(doer: Doer): Doer {
  const own: unknown[] = []
  doer.log(own)
  return { ...doer, log: (seen) => void own.push(seen), kept: {} }
}

const whom = ({ clients }: Doer, n: number): Pid => clients[n % clients.length] as Pid

/** Pids depend on who was spawned first. */
function called({ clients, server, gate, shop, kiosk, agent }: Town, pid: Pid): string {
  const at = clients.indexOf(pid)
  if (at >= 0) return `c${at}`
  if (pid === server) return 'server'
  if (pid === gate) return 'gate'
  if (pid === shop) return 'shop'
  if (pid === kiosk) return 'kiosk'
  return pid === agent.target ? 'agent' : 'somebody'
}

function words(doer: Doer, message: unknown): unknown {
  if (isDown(message)) {
    const { object } = message
    return `DOWN ${object instanceof Pid ? called(doer, object) : object.name} ${reasonOf(message.reason)}`
  }
  if (isExit(message)) return `EXIT ${called(doer, message.from)} ${reasonOf(message.reason)}`
  if (isGroupMessage(message)) return `${message.tag} ${message.pids.map((pid) => called(doer, pid))}`
  if (typeof message === 'object' && message !== null) return Object.keys(message).sort().join()
  return message
}

const reasonOf = (reason: unknown): unknown =>
  HeartwoodError.is(reason) ? reason.code : reason instanceof Error ? reason.message : reason

const take = async (doer: Doer, fits: (message: unknown) => boolean, timeout: number): Promise<unknown> =>
  words(doer, await receive(fits, { timeout, onTimeout: () => 'nothing' }))

const isText =
  (first: string) =>
  (message: unknown): boolean =>
    typeof message === 'string' && message.startsWith(first)

const DEEDS = {
  // Mailboxes, selective receive, monitors and links by hand.
  tell: (doer: Doer, n: number) => void send(whom(doer, n), `t${n}`),
  ask(doer: Doer, n: number) {
    const to = whom(doer, n)
    const ref = monitor(to)
    send(to, { question: ref, from: self() })
    return take(doer, (message) => isDown(message) && message.ref === ref, 3)
  },
  answer: async () => {
    const isQuestion = (message: unknown): message is { from: Pid } =>
      typeof message === 'object' && message !== null && 'question' in message
    const question = await receive(isQuestion, { timeout: 2, onTimeout: () => undefined })
    if (question !== undefined) send(question.from, 'answered')
    return question === undefined ? 'unasked' : 'asked'
  },
  takeText: (doer: Doer, n: number) => take(doer, isText('t'), 1 + n),
  takeSignal: (doer: Doer, n: number) => take(doer, (message) => isDown(message) || isExit(message), 1 + n),
  takeAny: (doer: Doer, n: number) => take(doer, () => true, n),
  trap: (_: Doer, n: number) => void trapExit(n > 0),
  link: (doer: Doer, n: number) => void link(whom(doer, n)),
  linkTheServer: ({ server }: Doer) => void link(server),
  unlink: (doer: Doer, n: number) => void unlink(whom(doer, n)),
  exit: (doer: Doer, n: number) => void exit(whom(doer, n), n > 1 ? 'kill' : 'shutdown'),
  watch(doer: Doer, n: number) {
    doer.kept.monitor = monitor(n > 1 ? doer.server : whom(doer, n))
  },
  unwatch: ({ kept }: Doer, n: number) =>
    kept.monitor && demonitor(kept.monitor, { flush: n > 0, info: true }),
  child(doer: Doer, n: number, within: readonly Deed[]) {
    const child = helper(doer)
    const begin = n > 0 ? spawn : spawnLink
    begin(() => doAll(child, within))
  },
  watchedChild: async (doer: Doer, n: number, within: readonly Deed[]) => {
    const child = helper(doer)
    const { pid, ref } = spawnMonitor(() => doAll(child, within))
    if (n > 1) exit(pid, 'kill')
    return take(doer, (message) => isDown(message) && message.ref === ref, n === 0 ? 2 : 20)
  },
  crash: (_: Doer, n: number) => {
    throw new Error(`crash ${n}`)
  },
  // Looks at others.
  alive: (doer: Doer, n: number) => isAlive(whom(doer, n)),
  aborted: () => processSignal().aborted,
  names: () => registered().join(' '),
  name: () => void register('it', self()),
  who: (doer: Doer) => {
    const pid = whereis('it')
    return pid === undefined ? 'nobody' : called(doer, pid)
  },
  infoOf: (doer: Doer, n: number) =>
    String(
      processInfo(whom(doer, n), (['messageQueueLength', 'trapExit', 'status'] as const)[n] ?? 'status'),
    ),
  keep: (_: Doer, n: number) => void put('kept', n),
  kept: () => get('kept') as number | undefined,
  // Timers of the same millisecond, cancelled and read.
  timer(doer: Doer, n: number) {
    doer.kept.timer = sendAfter(n < 2 ? 2 : 3, whom(doer, n), `t${n} later`)
  },
  ownTimer(doer: Doer, n: number) {
    doer.kept.timer = startTimer(2, self(), `t${n} mine`)
  },
  cancel: ({ kept }: Doer) => kept.timer && cancelTimer(kept.timer),
  left: ({ kept }: Doer) => kept.timer && readTimer(kept.timer),
  sleep: (_: Doer, n: number) => sleep(1 + n),
  alias({ kept, server }: Doer) {
    kept.alias = alias()
    cast(server, { to: kept.alias })
  },
  unalias: ({ kept }: Doer) => kept.alias && unalias(kept.alias),
  // Calls: one after the other, two at a time, in a race with time; and those that are answered later.
  call: ({ server }: Doer, n: number) => call(server, n),
  callInHaste: ({ server }: Doer, n: number) => call(server, n, { timeout: 1 + n }),
  twoCalls: async ({ server, agent }: Doer, n: number) =>
    (await Promise.allSettled([call(server, n), agent.get((value) => value)]))
      .map(({ status }) => status)
      .join(),
  raceTime: ({ server }: Doer, n: number) =>
    Promise.race([call(server, n).catch((error) => error.code), sleep(2).then(() => 'late')]),
  stopServer: ({ server }: Doer) => stop(server),
  next: ({ server }: Doer) => void cast(server, 'next'),
  walk: async ({ server }: Doer, n: number) => {
    async function* answers(): AsyncGenerator<unknown> {
      for (let each = 0; each < 2; each++) yield await call(server, each)
    }
    const seen: unknown[] = []
    for await (const answer of answers()) {
      seen.push(answer)
      if (seen.length > n) break
    }
    return seen.join()
  },
  agent: ({ agent }: Doer, n: number) =>
    agent.getAndUpdate((value) => ({ reply: value, state: value * 2 + n })),
  agentDoes(doer: Doer, n: number, within: readonly Deed[]) {
    const inside = helper(doer)
    return doer.agent.get(async (value) => {
      await doAll(
        inside,
        within.filter(({ does }) => !does.startsWith('agent')),
      )
      return value + n
    })
  },
  task: async (doer: Doer, n: number, within: readonly Deed[]) => {
    const inside = helper(doer)
    const task = Task.async(() => doAll(inside, within))
    const outcome = n === 0 ? await task.yield(2) : await task.shutdown(n === 1 ? 3 : 'brutal_kill')
    return outcome === undefined ? 'open' : Object.keys(outcome).join()
  },
  // A machine that keeps what comes too early.
  open: ({ gate }: Doer) => void cast(gate, 'open'),
  pass: ({ gate }: Doer) => call(gate, 'pass', { timeout: 6 }),
  // A server with little room, whose state others look at while it changes.
  buy: ({ kiosk }: Doer, n: number) => call(kiosk, n > 0 ? 'at once' : 'slowly'),
  buyInHaste: ({ kiosk }: Doer, n: number) => call(kiosk, 'at once', { timeout: 1 + n }),
  order: async ({ kiosk }: Doer) => {
    await cast(kiosk, 'one')
    return 'ordered'
  },
  browse: ({ kiosk }: Doer) => call(kiosk, 'browse'),
  inspect: async ({ sim, kiosk }: Doer, n: number) => {
    const state = (await (n > 1
      ? sys.getStatus(kiosk).then((status) => status.state)
      : sys.getState(kiosk))) as Stock
    const before = state.sold
    await sim.pause()
    return `${before} ${state.sold}`
  },
  shown: async ({ kiosk }: Doer) => `sold ${((await sys.showState(kiosk)) as Stock).sold}`,
  // Supervised children.
  hit: (_: Doer, n: number) => {
    const pid = whereis(n > 0 ? 'left' : 'right')
    if (pid !== undefined) exit(pid, n > 1 ? 'kill' : 'boo')
    return pid === undefined ? 'between' : 'hit'
  },
  askChild: (_: Doer, n: number) => call(n > 0 ? 'left' : 'right', 0, { timeout: 8 }),
  children: async ({ shop }: Doer) =>
    (await whichChildren(shop)).map(({ id, pid }) => `${id} ${pid instanceof Pid}`).join(),
  closeChild: ({ shop }: Doer, n: number) => terminateChild(shop, n > 0 ? 'left' : 'right'),
  openChild: async ({ shop }: Doer, n: number) => {
    await restartChild(shop, n > 0 ? 'left' : 'right')
    return 'opened'
  },
  // Groups, duplicate keys, topics.
  join: ({ groups }: Doer, n: number) => void groups.join(n > 0 ? 'a' : 'b'),
  leave: ({ groups }: Doer) => groups.leave('a'),
  members: (doer: Doer) =>
    doer.groups
      .getMembers('a')
      .map((pid) => called(doer, pid))
      .join(),
  watchGroup: (doer: Doer) =>
    doer.groups
      .monitor('a')
      .members.map((pid) => called(doer, pid))
      .join(),
  takeChange: (doer: Doer) => take(doer, isGroupMessage, 2),
  enrol: ({ watchers }: Doer, n: number) => void watchers.register('prices', n),
  strike: ({ watchers }: Doer) => void watchers.unregister('prices'),
  dispatch: ({ watchers }: Doer, n: number) =>
    void watchers.dispatch('prices', (all) => {
      for (const { pid, value } of all) send(pid, `t${n} price ${value}`)
    }),
  subscribe: ({ bus }: Doer) => void bus.subscribe('news'),
  unsubscribe: ({ bus }: Doer) => void bus.unsubscribe('news'),
  broadcast: ({ bus }: Doer, n: number) => void bus.broadcast('news', `t${n} news`),
  pause: ({ sim }: Doer) => sim.pause(),
} satisfies Record<string, (doer: Doer, n: number, within: readonly Deed[]) => unknown>

async function doAll(doer: Doer, deeds: readonly Deed[]): Promise<string> {
  for (const { does, n, within } of deeds) {
    try {
      const seen = await DEEDS[does](doer, n, within)
      if (seen !== undefined) doer.log(`${does}: ${words(doer, seen)}`)
    } catch (error) {
      if (!HeartwoodError.is(error) || !isAlive(self())) throw error
      doer.log(error.code)
    }
  }
  return 'done'
}

/** Does what the program says before it answers, and answers at once, by another process, or when it handles the next. */
const service: Callbacks<{ count: number; owed: From | undefined }, { doer: () => Doer }> = {
  init({ doer }) {
    put('doer', doer)
    return { state: { count: 0, owed: undefined } }
  },
  async handleCall(request, from, state) {
    const doer = (get('doer') as () => Doer)()
    const { handler, answers } = doer.program
    await doAll(doer, handler)
    const next = { ...state, count: state.count + 1 }
    if (answers === 'at once') return { state: next, reply: `${request} ${state.count}` }
    if (answers === 'by another') {
      spawn(() => reply(from, `helped ${state.count}`))
      return { state: next, reply: noReply }
    }
    if (state.owed !== undefined) reply(state.owed, `owed ${state.count}`)
    return { state: { ...next, owed: from }, reply: noReply }
  },
  handleCast(request, state) {
    if (typeof request === 'object') send((request as { to: Reference }).to, `t aliased ${state.count}`)
    if (request === 'next' && state.owed !== undefined) reply(state.owed, `cast ${state.count}`)
    return { state: { count: state.count + 1, owed: request === 'next' ? undefined : state.owed } }
  },
}

interface Stock {
  readonly sim: Simulation
  sold: number
}

/** It changes its state in place. */
const kiosk: Callbacks<Stock, Simulation> = {
  init: (sim) => ({ state: { sim, sold: 0 } }),
  handleCall(request, _, state) {
    if (request !== 'browse') return sell(state, request === 'slowly')
    const concurrently = async (): Promise<string> => {
      const before = state.sold
      await state.sim.pause()
      return `${before} ${state.sold}`
    }
    return { state, concurrently }
  },
  handleCast(_, state) {
    state.sold++
    return { state }
  },
}

async function sell(state: Stock, slowly: boolean): Promise<{ state: Stock; reply: number }> {
  if (slowly) await state.sim.pause()
  state.sold++
  return { state, reply: state.sold }
}

const gate = stateMachine({
  init: () => ({ state: 'closed', data: 0 }),
  states: {
    closed: (event, data) => {
      if (event.type === 'call')
        return { actions: ['postpone', { timeout: 2, name: 'bored', content: 'bored' }] }
      if (event.type === 'timeout') return { nextState: 'open', data: data + 10 }
      return { nextState: 'open', data: data + 1, actions: { stateTimeout: 2, content: 'closes' } }
    },
    open: (event, data) => {
      if (event.type === 'call') return { actions: { reply: `passed ${data}`, to: event.from } }
      return event.type === 'state_timeout' ? { nextState: 'closed' } : 'keep_state'
    },
  },
})

const counting: Callbacks<number, undefined> = {
  init: () => ({ state: 0 }),
  handleCall: (_, __, state) => ({ state: state + 1, reply: state }),
}

/** Whatever is done, also within others. */
function* allDeeds(deeds: readonly Deed[]): Generator<Deed> {
  for (const deed of deeds) {
    yield deed
    yield* allDeeds(deed.within)
  }
}

const usesAny = (all: readonly Deed[], deeds: readonly Deed['does'][]): boolean =>
  [...allDeeds(all)].some(({ does }) => deeds.includes(does))

const uses = ({ clients, handler }: Services, ...deeds: readonly Deed['does'][]): boolean =>
  [...clients, handler].some((each) => usesAny(each, deeds))

const SHOP = ['hit', 'askChild', 'children', 'closeChild', 'openChild'] as const
const AGENT = ['agent', 'agentDoes', 'twoCalls'] as const
const KIOSK = ['buy', 'buyInHaste', 'order', 'browse', 'inspect', 'shown'] as const
const SERVER = [
  ...([
    'call',
    'callInHaste',
    'twoCalls',
    'raceTime',
    'stopServer',
    'next',
    'walk',
    'alias',
    'linkTheServer',
  ] as const),
  'watch',
] as const

function programOf(program: Services): Program {
  return async (sim) => {
    const logs = [...program.clients, program.handler].map((): unknown[] => [])
    const groups = new ProcessGroups('groups')
    const watchers = new DuplicateRegistry<string, number>('watchers')
    const bus = new PubSub('bus')
    const child = (name: string) => ({ id: name, start: () => startLink(counting, undefined, { name }) })
    const doer = (at: number): Doer => ({ ...town, log: (seen) => void logs[at]?.push(seen), kept: {} })
    const nobody = self()
    // Those that nobody uses would only make the runs longer.
    const server = uses(program, ...SERVER)
      ? await start(service, { doer: () => doer(program.clients.length) })
      : nobody
    const agent = uses(program, ...AGENT) ? await Agent.start(() => 1) : new Agent<number>(nobody)
    const gateway = uses(program, 'open', 'pass') ? await start(gate, undefined) : nobody
    const booth = uses(program, ...KIOSK) ? await start(kiosk, sim, { mailbox: program.room }) : nobody
    const shop = uses(program, ...SHOP)
      ? await startSupervisor(
          { strategy: program.strategy, intensity: 1, children: [child('left'), child('right')] },
          { link: false },
        )
      : nobody
    if (uses(program, 'join', 'leave', 'members', 'watchGroup', 'takeChange')) await groups.startLink()
    if (uses(program, 'enrol', 'strike', 'dispatch')) await watchers.startLink()
    if (uses(program, 'subscribe', 'unsubscribe', 'broadcast')) await bus.startLink()
    const town: Town = {
      sim,
      program,
      clients: [],
      server,
      gate: gateway,
      shop,
      kiosk: booth,
      agent,
      groups,
      watchers,
      bus,
      logs,
    }
    for (const [at, deeds] of program.clients.entries())
      town.clients.push(spawn(() => doAll(doer(at), deeds), { label: `c${at}` }))
    await sleep(60)
    return logs
  }
}

const NAMES = Object.keys(DEEDS) as Deed['does'][]
/** What has a body of its own. */
const NESTING = new Set<Deed['does']>(['child', 'watchedChild', 'agentDoes', 'task'])

/** Of each program the deeds are few, so that they have to do with each other. */
const arbitrary: fc.Arbitrary<Services> = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.shuffledSubarray(NAMES, { minLength: 3, maxLength: 5 }) },
      // With what may end or delay those that use it.
      {
        weight: 1,
        arbitrary: fc.shuffledSubarray<Deed['does']>([...KIOSK, 'exit', 'pause'], {
          minLength: 2,
          maxLength: 4,
        }),
      },
    ),
    fc.boolean(),
  )
  .chain(([palette, busy]) => {
    const n = fc.nat(2)
    const plain = palette.filter((does) => !NESTING.has(does))
    const inner = fc.record({
      does: fc.constantFrom(...(plain.length > 0 ? plain : (['tell'] as const))),
      n,
      within: fc.constant([]),
    })
    const deed = fc.record({
      does: fc.constantFrom(...palette),
      n,
      within: fc.array(inner, { minLength: 1, maxLength: 2 }),
    })
    const deeds = (maxLength: number) => fc.array(deed, { minLength: 1, maxLength })
    const lean = deeds(3).map((all) =>
      all.map((each) => (NESTING.has(each.does) ? each : { ...each, within: [] })),
    )
    const short = lean.map((all) => all.slice(0, 1))
    return fc.record({
      clients: fc.oneof(fc.tuple(lean, lean), fc.tuple(lean, short, short)),
      // A server whose children call it again has no end.
      handler: busy ? short.map((all) => all.filter((each) => !usesAny([each], SERVER))) : fc.constant([]),
      answers: fc.constantFrom('at once', 'at once', 'by another', 'with the next'),
      room: fc.record({ limit: fc.constantFrom(1, 2), policy: fc.constantFrom('reject', 'wait') }),
      strategy: fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one'),
    })
  })

function* without(deeds: readonly Deed[]): Generator<readonly Deed[]> {
  for (const [at, deed] of deeds.entries()) {
    yield deeds.toSpliced(at, 1)
    for (const within of without(deed.within)) yield deeds.with(at, { ...deed, within })
  }
}

/** The same program with one deed less. */
function* smaller(program: Services): Generator<Services> {
  for (const [at, deeds] of program.clients.entries())
    for (const fewer of without(deeds)) yield { ...program, clients: program.clients.with(at, fewer) }
  for (const handler of without(program.handler)) yield { ...program, handler }
}

const text = (deeds: readonly Deed[]): string =>
  deeds
    .map(({ does, n, within }) => `${does} ${n}${within.length > 0 ? ` (${text(within)})` : ''}`)
    .join(', ')

export const services: ProgramMaker<Services> = {
  arbitrary,
  programOf,
  smaller,
  shown: ({ clients, handler, answers, room, strategy }) =>
    `${clients.map((deeds, at) => `    c${at}: ${text(deeds)}`).join('\n')}\n    server: ${text(handler)}; answers ${answers}\n    ${strategy}; room ${room.limit}, ${room.policy}`,
}
