// biome-ignore-all lint/style/noRestrictedGlobals: Node's timers are among what is used
/**
 * Workers that use every feature in each of their lives: what belongs to one life must be gone with it. What they share, and what
 * somebody else keeps of a dead worker, is in `common`.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { alias, hibernate, put, startTimer } from '../../dist/entries/kernel.js'
import { setInterval as ownInterval, setTimeout as ownTimeout } from '../../dist/entries/timers.js'
import {
  Agent,
  application,
  Call,
  Cast,
  ConfigChange,
  call,
  cast,
  decorate,
  defineSettings,
  disown,
  drain,
  exit,
  GenServer,
  HEALTH,
  Health,
  inject,
  injectable,
  link,
  logger,
  monitor,
  own,
  ownCallback,
  ProcessGroups,
  PubSub,
  processSignal,
  receive,
  Supervisor,
  self,
  send,
  sendAfter,
  sendRequest,
  setLabel,
  setting,
  shared,
  sleep,
  spawn,
  spawnLink,
  startLink,
  stateMachine,
  supervisorSpec,
  sys,
  Task,
  trapExit,
  UniqueRegistry,
  whereis,
} from '../../dist/index.js'
import { KERNEL_CHANNELS } from '../../dist/telemetry/index.js'

const server = http.createServer((_request, response) => response.end('x'))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

/** A client that several workers use. It calls back in the next turn. */
class Client extends EventEmitter {
  ask(done) {
    setImmediate(done)
  }
}

/** What belongs to no worker, and is used by all. */
export const common = {
  server,
  emitter: new EventEmitter().setMaxListeners(0),
  target: new EventTarget(),
  controller: new AbortController(),
  client: shared(new Client().setMaxListeners(0)),
  registry: new UniqueRegistry('registry'),
  bus: new PubSub('bus'),
  groups: new ProcessGroups('groups'),
  /** Events of the program that workers listen to. */
  signals: ['SIGUSR2', 'warning', 'soak'],
  level: undefined,
  Injected: undefined,
  lives: 0,
  /** A few of the states that workers had, to see whether they are gone. */
  states: [],
  /** What user code may keep of a dead worker. */
  kept: [],
  /** Objects that scopes made, and disposed of. */
  made: 0,
  disposed: 0,
}

const { port } = server.address()
const { emitter, target, controller, client, registry, bus, groups } = common

class State {
  data = new Array(2_000).fill(common.lives)
}

const quietly = (promise) => promise.catch(() => {})

/** Every feature, by name. Each gets the state that must not outlive the worker. */
const FEATURES = {
  'names and labels': (state) => {
    setLabel({ worker: common.lives })
    put('state', state)
    registry.register('worker', state)
    alias()
  },
  'subscriptions and groups': (state) => {
    bus.subscribe('topic', state)
    bus.broadcast('topic', state)
    groups.join('group')
  },
  'links and monitors': () => {
    monitor(whereis('other'))
    link(spawn(() => sleep(Number.POSITIVE_INFINITY)))
    spawnLink(() => receive())
  },
  'a log with labels': (state) =>
    logger().child({ life: common.lives }).debug({ size: state.data.length }, 'up'),
  'owned servers, sockets, timers and others': (state) => {
    own(net.createServer(() => state)).listen(0, '127.0.0.1')
    own(net.connect(port, '127.0.0.1')).on('error', () => state)
    own(setInterval(() => state, 1e9))
    own(setTimeout(() => state, 1e9))
    own({ close: () => state })
    const given = own({ close: () => state })
    disown(given)
    own(server)
    disown(server)
  },
  'owned callbacks': (state) => {
    const callback = ownCallback(() => state)
    emitter.on('event', callback)
    own({ close: () => emitter.off('event', callback) })
    keep(callback)
  },
  'a shared client': (state) => {
    client.ask(() => state)
    const listener = () => state
    client.on('news', listener)
    own({ close: () => client.off('news', listener) })
  },
  drain: (state) => drain(server, { begin: () => state }),
  'timers of Heartwood': (state) => {
    keep(ownTimeout(() => state, 1e9))
    ownInterval(() => state, 1e9)
    sendAfter(1e9, self(), state)
    startTimer(1e9, self(), state)
  },
  'listeners of the program': (state) => {
    const listener = () => state
    for (const event of common.signals) {
      process.on(event, listener)
      own({ close: () => process.off(event, listener) })
    }
    target.addEventListener('event', listener, { signal: processSignal() })
    const other = () => state
    target.addEventListener('event', other)
    own({ close: () => target.removeEventListener('event', other) })
  },
  telemetry: (state) => {
    const listener = () => state
    subscribe(KERNEL_CHANNELS.exit, listener)
    own({ close: () => unsubscribe(KERNEL_CHANNELS.exit, listener) })
  },
  waits: (state) => {
    quietly(receive((message) => message === state))
    quietly(sleep(1e9))
    keep(self(), processSignal(), quietly(receive((message) => message === keep)), new Promise(() => {}))
  },
  calls: (state) => {
    const forEver = { timeout: Number.POSITIVE_INFINITY }
    quietly(call('other', state, { ...forEver, signal: controller.signal }))
    quietly(call('other', state, { ...forEver, signal: processSignal() }))
    sendRequest('other', state)
    cast('other', state)
    send('other', state)
  },
  'looking at others': () => {
    quietly(sys.getState('other'))
    quietly(sys.getStatus('other'))
    quietly(sys.statistics('other', 'get'))
  },
  'tasks and agents': (state) => {
    quietly(Task.async(() => sleep(1e9)).await(Number.POSITIVE_INFINITY))
    quietly(Agent.startLink(() => state))
  },
  'a stream': (state) => {
    const read = async () => {
      for await (const _ of Task.asyncStream([1, 2, 3], () => sleep(1e9).then(() => state))) break
    }
    quietly(read())
  },
  'a trapping helper': () => {
    spawnLink(async () => {
      trapExit(true)
      await receive()
    })
  },
  'hibernation of a helper': (state) => {
    spawnLink(async () => {
      await hibernate()
      return state
    })
  },
  'a setting': () => setting(common.level),
  fetch: (state) => {
    // A connection each time would measure Node's.
    if (common.lives % 20 === 0) {
      quietly(fetch(`http://127.0.0.1:${port}/`, { signal: processSignal() }).then(() => state))
    }
  },
}

/** What is kept here shall not be what grows. */
function keep(...things) {
  if (common.kept.length < 500) common.kept.push(...things)
}

function newState() {
  const state = new State()
  if (common.lives % 10 === 0) common.states.push(new WeakRef(state))
  return state
}

const worker = {
  init() {
    common.lives++
    const state = newState()
    for (const use of Object.values(FEATURES)) use(state)
    return { state }
  },
  handleCast(how, state) {
    if (how === 'exit') exit('shutdown')
    throw Object.assign(new Error('boom'), { state })
  },
  handleInfo: (_message, state) => ({ state }),
  configChange: (_change, state) => ({ state }),
}

const machine = stateMachine({
  init: () => ({ state: 'closed', data: newState(), actions: { timeout: 1e9, content: 'late' } }),
  states: {
    closed: (event, data) =>
      event.type === 'cast'
        ? { nextState: 'open', data, actions: { stateTimeout: 1e9, content: data } }
        : 'keep_state',
    open: () => 'keep_state',
  },
})

/** Made by the scope of the supervisor, for one of its lives. */
class Database {
  state = newState()
  constructor() {
    common.made++
  }
  [Symbol.dispose]() {
    common.disposed++
  }
}
decorate(injectable(), Database)

/** One for each worker. */
class Session extends Database {}
decorate(injectable(), Session)

export const settings = (values, schema) => defineSettings({ schema, values })

/** A worker as a class, with what it needs injected. */
export function injected(chosen) {
  class Injected {
    constructor(database, session, level, health) {
      this.parts = [database, session, level, newState()]
      health.check(`life ${common.lives % 3}`, () => this.parts.length > 0)
    }
    look() {
      return this.parts.length
    }
    crash() {
      throw new Error('boom')
    }
    healthy() {
      return true
    }
    changed(level) {
      this.parts[2] = level
    }
  }
  const parts = [Database, Session, chosen.token('level'), HEALTH]
  for (const [at, part] of parts.entries()) decorate(inject(part), Injected, at)
  decorate(Call(), Injected, 'look')
  decorate(Cast(), Injected, 'crash')
  decorate(Health(), Injected, 'healthy')
  decorate(ConfigChange(chosen.token('level')), Injected, 'changed')
  decorate(GenServer({ name: 'injected' }), Injected)
  return Injected
}

const other = {
  init: () => ({ state: 0 }),
  handleCall: (_request, _from, state) => ({ state }),
  handleCast: (_request, state) => ({ state }),
  handleInfo: (_message, state) => ({ state }),
}

const named = (name, server) => ({ id: name, start: () => startLink(server, undefined, { name }) })

/** The application: what lives on, and a subtree in which the crash of one is the end of all. */
export function soaked(chosen) {
  common.level = chosen.token('level')
  common.Injected = injected(chosen)
  class Lives {}
  decorate(
    Supervisor({
      strategy: 'one_for_all',
      intensity: 1e9,
      children: [named('worker', worker), named('machine', machine), common.Injected],
      bindings: (bind) => {
        bind(Database).toSelf()
        bind(Session).toSelf().inTransientScope()
      },
    }),
    Lives,
  )
  const living = [registry, bus, groups].map((each, at) => ({
    id: `shared ${at}`,
    start: () => each.startLink(),
  }))
  const root = supervisorSpec('root', { intensity: 1e9, children: [...living, named('other', other), Lives] })
  return application({ name: 'soak', root })
}
