import * as heartwood from 'heartwood'
import {
  Agent,
  createLogger,
  currentKernel,
  DuplicateRegistry,
  defineServer,
  defineSettings,
  GenServer,
  HeartwoodError,
  Kernel,
  on,
  ProcessGroups,
  PubSub,
  RequestCollection,
  ref,
  self,
  sendRequest,
  sleep,
  spawn,
  start,
  startPartitionSupervisor,
  startSupervisor,
  stateMachine,
  Task,
  TaskSupervisor,
  UniqueRegistry,
} from 'heartwood'
import * as kernelEntry from 'heartwood/kernel'
import * as tools from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { allRawErrors, type Case, type Given, type LeftOut, of, untried } from './bad-arguments.js'

class Shop {
  price(): number {
    return 1
  }
}
defineServer(Shop, { calls: ['price'], name: 'shop' })
@GenServer()
class Decorated {}
const plain = {
  init: () => ({ state: 0 }),
  handleCall: () => ({ reply: 1, state: 0 }),
  handleCast: () => ({ state: 0 }),
  handleInfo: () => ({ state: 0 }),
}
const server = () => start(plain)
const work = () => 1
const machine = stateMachine({ init: () => ({ state: 'a', data: 0 }), states: { a: () => 'keep_state' } })
const schema = {
  '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) },
} as never
const child = () => ({ id: 'c', start: () => heartwood.startLink(plain) })
const supervisor = () => startSupervisor({ children: [child()] })
const partitioned = () => startPartitionSupervisor({ child: child(), partitions: 2 })
const tasks = () => TaskSupervisor.startLink()
const pool = () => heartwood.startPool({ open: () => 1, close: () => {}, size: 1 })
const unique = async () => {
  const registry = new UniqueRegistry<string, number>('unique')
  await registry.startLink()
  registry.register('key', 1)
  return registry
}
const duplicate = async () => {
  const registry = new DuplicateRegistry<string, number>('duplicate')
  await registry.startLink()
  return registry
}
const groups = async () => {
  const made = new ProcessGroups('groups')
  await made.startLink()
  made.join('g')
  return made
}
const bus = async () => {
  const made = new PubSub('bus')
  await made.startLink()
  made.subscribe('topic')
  made.subscribePattern('topic.*')
  return made
}
const collection = async () => {
  const requests = new RequestCollection()
  sendRequest(await server(), 1, 1, requests)
  return requests
}
const decorating = (decorator: (...args: never[]) => unknown): Given[0] =>
  ((...args: never[]) => {
    class Own {
      state = 'a'
      go(): void {}
    }
    const property = Object.getOwnPropertyDescriptor(Own.prototype, 'go')
    ;(decorator(...args) as (...on: unknown[]) => void)(Own.prototype, 'go', property)
  }) as Given[0]
const aroundClass = (decorator: (...args: never[]) => unknown): Given[0] =>
  ((...args: never[]) => {
    ;(decorator(...args) as (Class: unknown) => void)(class Own {})
  }) as Given[0]
const CASES: Readonly<Record<string, Case>> = {
  'kernel: alias': () => [kernelEntry.alias],
  'kernel: erase': () => [kernelEntry.erase, 'key'],
  'kernel: get': () => [kernelEntry.get, 'key'],
  'kernel: inherited': () => [kernelEntry.inherited, 'key'],
  'kernel: isLinked': () => [kernelEntry.isLinked, self()],
  'kernel: processKey': () => [kernelEntry.processKey, 'key'],
  'kernel: put': () => [kernelEntry.put, 'key', 1],
  'kernel: readTimer': () => [kernelEntry.readTimer, heartwood.sendAfter(9, self(), 1)],
  'kernel: receiveRef': () => [kernelEntry.receiveRef, kernelEntry.alias(), on('x', work), { timeout: 0 }],
  'kernel: sendNosuspend': () => [kernelEntry.sendNosuspend, self(), 1],
  'kernel: startTimer': () => [kernelEntry.startTimer, 9, self(), 1, {}],
  'kernel: unalias': () => [kernelEntry.unalias, kernelEntry.alias()],
  'tools: checkChildSpecs': () => [tools.checkChildSpecs, [child()], 'never'],
  'tools: checkConfig': () => [tools.checkConfig, {}, 'x'],
  'tools: machineChart': () => [tools.machineChart, machine, 'x'],
  'tools: toChildSpec': () => [tools.toChildSpec, child(), {}],
  abcast: async () => [heartwood.abcast, [await server()], 1],
  acting: () => [heartwood.acting, []],
  After: () => [decorating(heartwood.After), 5],
  'Agent.cast': async () => [of(await Agent.start(() => 0), 'cast'), (it: number) => it],
  'Agent.childSpec': () => [Agent.childSpec, () => 0, {}],
  'Agent.get': async () => [of(await Agent.start(() => 0), 'get'), (it: number) => it, {}],
  'Agent.getAndUpdate': async () => [
    of(await Agent.start(() => 0), 'getAndUpdate'),
    (state: number) => ({ reply: 1, state }),
    {},
  ],
  'Agent.ref': () => [Agent.ref, 'x'],
  'Agent.start': () => [Agent.start, () => 0, {}],
  'Agent.startLink': () => [Agent.startLink, () => 0, {}],
  'Agent.stop': async () => [of(await Agent.start(() => 0), 'stop'), 'normal', 100],
  'Agent.update': async () => [of(await Agent.start(() => 0), 'update'), (it: number) => it, {}],
  application: () => [heartwood.application, { name: 'a', root: Decorated }],
  createLogger: () => [heartwood.createLogger, { level: 'silent' }],
  health: () => [heartwood.health],
  Call: () => [decorating(heartwood.Call), {}],
  call: async () => [heartwood.call, await server(), 1, {}],
  cancelTimer: () => [heartwood.cancelTimer, heartwood.sendAfter(9, self(), 1)],
  Cast: () => [decorating(heartwood.Cast)],
  cast: async () => [heartwood.cast, await server(), 1],
  checkResponse: async () => [heartwood.checkResponse, 1, await collection(), {}],
  checkValue: () => [heartwood.checkValue, schema, 1, { file: 'x', key: 'y' }],
  child: () => [heartwood.child, Decorated, undefined, {}],
  ConfigChange: () => [decorating(heartwood.ConfigChange), defineSettings({ schema }).token('x' as never)],
  connect: () => [heartwood.connect, 'a@b'],
  continueWith: () => [heartwood.continueWith, 1],
  countChildren: async () => [heartwood.countChildren, await supervisor()],
  decorate: () => [heartwood.decorate, [heartwood.GenServer()], class {}],
  defineConfig: () => [heartwood.defineConfig, { applications: [] }],
  defineMachine: () => [
    heartwood.defineMachine,
    class {
      state = 'a'
    },
    { handlers: [] },
  ],
  defineServer: () => [heartwood.defineServer, class {}, {}],
  defineSettings: () => [heartwood.defineSettings, { schema }],
  deleteChild: async () => [heartwood.deleteChild, await supervisor(), 'c'],
  demonitor: () => [heartwood.demonitor, heartwood.monitor(self()), {}],
  disconnect: () => [heartwood.disconnect, 'a@b'],
  disown: () => [heartwood.disown, heartwood.own({ close() {} })],
  downOf: () => [heartwood.downOf, heartwood.monitor(self())],
  drain: () => [heartwood.drain, {}, {}],
  'DuplicateRegistry.lookup': async () => [of(await duplicate(), 'lookup'), 'key'],
  'DuplicateRegistry.register': async () => [of(await duplicate(), 'register'), 'key', 1],
  'DuplicateRegistry.registerPid': async () => [of(await duplicate(), 'registerPid'), self(), 'key', 1],
  DynamicSupervisor: () => [aroundClass(heartwood.DynamicSupervisor), {}],
  dynamicSupervisorSpec: () => [heartwood.dynamicSupervisorSpec, 'x', {}, {}],
  Enter: () => [decorating(heartwood.Enter)],
  exit: () => [heartwood.exit, spawn(() => sleep(5)), 'normal'],
  exitOf: () => [heartwood.exitOf, self()],
  formatReason: () => [heartwood.formatReason, 'normal'],
  GenServer: () => [aroundClass(heartwood.GenServer), {}],
  getChildSpec: async () => [heartwood.getChildSpec, await supervisor(), 'c'],
  Health: () => [decorating(heartwood.Health), {}],
  'HeartwoodError.is': () => [HeartwoodError.is, new Error('x'), 'CODE'],
  idle: () => [heartwood.idle, 5],
  Info: () => [decorating(heartwood.Info), 'x'],
  Internal: () => [decorating(heartwood.Internal), 'x'],
  isAlive: () => [heartwood.isAlive, self()],
  isDown: () => [heartwood.isDown, 1],
  isExit: () => [heartwood.isExit, 1],
  isGroupMessage: () => [heartwood.isGroupMessage, 1],
  isNodeMessage: () => [heartwood.isNodeMessage, 1],
  isOrderly: () => [heartwood.isOrderly, 'normal'],
  isRegister: () => [heartwood.isRegister, 1],
  isShutdown: () => [heartwood.isShutdown, 1],
  isTaskReply: () => [heartwood.isTaskReply, 1],
  isUnregister: () => [heartwood.isUnregister, 1],
  isolable: () => [heartwood.isolable, class {}, import.meta.url],
  'Kernel.constructor': () => [(options: object) => new Kernel(options), {}],
  'Kernel.exit': () => [of(currentKernel(), 'exit'), spawn(() => sleep(5)), 'normal'],
  'Kernel.find': () => [of(currentKernel(), 'find'), 1],
  'Kernel.isAlive': () => [of(currentKernel(), 'isAlive'), self()],
  'Kernel.processes': () => [of(currentKernel(), 'processes'), 1],
  'Kernel.request': async () => [of(currentKernel(), 'request'), await server(), 1, {}],
  'Kernel.run': () => [of(currentKernel(), 'run'), work],
  'Kernel.send': () => [of(currentKernel(), 'send'), self(), 1],
  'Kernel.spawn': () => [of(currentKernel(), 'spawn'), work, {}],
  'Kernel.whereis': () => [of(currentKernel(), 'whereis'), 'x'],
  link: () => [heartwood.link, spawn(() => sleep(5))],
  logReporter: () => [heartwood.logReporter, createLogger({ level: 'silent' }), {}],
  monitor: () => [heartwood.monitor, self(), {}],
  monitorNode: () => [heartwood.monitorNode, 'a@b', true],
  monitorNodes: () => [heartwood.monitorNodes, true],
  multiCall: async () => [heartwood.multiCall, [await server()], 1, {}],
  On: () => [decorating(heartwood.On), 'x'],
  on: () => [heartwood.on, 'x', work],
  own: () => [heartwood.own, { close() {} }],
  ownCallback: () => [heartwood.ownCallback, work],
  partition: async () => [heartwood.partition, await partitioned(), 'key'],
  partitions: async () => [heartwood.partitions, await partitioned()],
  partitionSupervisorSpec: () => [heartwood.partitionSupervisorSpec, 'x', { child: child() }, {}],
  pendingEvents: async () => [heartwood.pendingEvents, await start(machine), 50],
  Pool: () => [aroundClass(heartwood.Pool), {}],
  poolRef: () => [heartwood.poolRef, 'x'],
  'PoolRef.checkOut': async () => [of(await pool(), 'checkOut'), {}],
  'PoolRef.run': async () => [of(await pool(), 'run'), work, {}],
  'PoolRef.stop': async () => [of(await pool(), 'stop'), 10],
  poolSpec: () => [heartwood.poolSpec, 'x', { open: work }, {}],
  portable: () => [heartwood.portable, class {}, { name: 'some class' }],
  Postpone: () => [decorating(heartwood.Postpone), 'a'],
  'ProcessGroups.constructor': () => [(scope: string) => new ProcessGroups(scope), 'x'],
  'ProcessGroups.demonitor': async () => {
    const made = await groups()
    return [of(made, 'demonitor'), made.monitor('g').ref]
  },
  'ProcessGroups.getLocalMembers': async () => [of(await groups(), 'getLocalMembers'), 'g'],
  'ProcessGroups.getMembers': async () => [of(await groups(), 'getMembers'), 'g'],
  'ProcessGroups.join': async () => [of(await groups(), 'join'), 'g', self()],
  'ProcessGroups.leave': async () => [of(await groups(), 'leave'), 'g', self()],
  'ProcessGroups.monitor': async () => [of(await groups(), 'monitor'), 'g'],
  processInfo: () => [heartwood.processInfo, self(), 'links'],
  'PubSub.constructor': () => [(name: string, options: object) => new PubSub(name, options), 'x', {}],
  'PubSub.broadcast': async () => [of(await bus(), 'broadcast'), 'topic', 1, work],
  'PubSub.broadcastFrom': async () => [of(await bus(), 'broadcastFrom'), self(), 'topic', 1, work],
  'PubSub.localBroadcast': async () => [of(await bus(), 'localBroadcast'), 'topic', 1],
  'PubSub.subscribe': async () => [of(await bus(), 'subscribe'), 'topic', 1],
  'PubSub.subscribeOnce': async () => [of(await bus(), 'subscribeOnce'), 'topic', 1],
  'PubSub.subscribePattern': async () => [of(await bus(), 'subscribePattern'), 'topic.*', 1],
  'PubSub.subscribers': async () => [of(await bus(), 'subscribers'), 'topic'],
  'PubSub.unsubscribe': async () => [of(await bus(), 'unsubscribe'), 'topic'],
  'PubSub.unsubscribePattern': async () => [of(await bus(), 'unsubscribePattern'), 'topic.*'],
  readSettings: () => [heartwood.readSettings, defineSettings({ schema }), { variables: {} }],
  receive: () => [heartwood.receive, 'x', { timeout: 0 }],
  receiveResponse: async () => [heartwood.receiveResponse, sendRequest(await server(), 1), {}],
  'Ref.with': () => [of(ref(Shop), 'with'), {}],
  ref: () => [heartwood.ref, Shop, 'x'],
  register: () => [heartwood.register, 'x', spawn(() => sleep(5))],
  'Registry.constructor': () => [
    (name: string, options: object) => new UniqueRegistry(name, options),
    'x',
    {},
  ],
  'Registry.countMatch': async () => [of(await unique(), 'countMatch'), 'key', 1],
  'Registry.countSelect': async () => [of(await unique(), 'countSelect'), { key: 'key' }],
  'Registry.deleteMeta': async () => [of(await unique(), 'deleteMeta'), 'key'],
  'Registry.dispatch': async () => [of(await unique(), 'dispatch'), 'key', work],
  'Registry.keys': async () => [of(await unique(), 'keys'), self()],
  'Registry.lock': async () => [of(await unique(), 'lock'), 'key', work],
  'Registry.match': async () => [of(await unique(), 'match'), 'key', 1],
  'Registry.meta': async () => [of(await unique(), 'meta'), 'key'],
  'Registry.putMeta': async () => [of(await unique(), 'putMeta'), 'key', 1],
  'Registry.select': async () => [of(await unique(), 'select'), { key: 'key' }],
  'Registry.unregister': async () => [of(await unique(), 'unregister'), 'key'],
  'Registry.unregisterMatch': async () => [of(await unique(), 'unregisterMatch'), 'key', 1],
  'Registry.unregisterPid': async () => [of(await unique(), 'unregisterPid'), self(), 'key'],
  'Registry.values': async () => [of(await unique(), 'values'), 'key', self()],
  remote: () => [heartwood.remote, 'x', {}],
  repeating: () => [heartwood.repeating, 1],
  reply: () => [heartwood.reply, {}, 1],
  'RequestCollection.add': async () => [
    of(new RequestCollection(), 'add'),
    sendRequest(await server(), 1),
    1,
  ],
  'RequestCollection.delete': async () => [of(await collection(), 'delete'), sendRequest(await server(), 1)],
  'RequestCollection.has': async () => [of(await collection(), 'has'), sendRequest(await server(), 1)],
  'RequestCollection.labelOf': async () => [
    of(await collection(), 'labelOf'),
    sendRequest(await server(), 1),
  ],
  resizePartitions: async () => [heartwood.resizePartitions, await partitioned(), 1],
  restartChild: async () => [heartwood.restartChild, await supervisor(), 'c'],
  send: () => [heartwood.send, self(), 1],
  sendAfter: () => [heartwood.sendAfter, 9, self(), 1, {}],
  sendRequest: async () => [heartwood.sendRequest, await server(), 1, 'label', new RequestCollection()],
  setLabel: () => [heartwood.setLabel, 'x'],
  setLogLevel: () => [heartwood.setLogLevel, createLogger({ level: 'silent' }), 'fatal'],
  setting: () => [heartwood.setting, defineSettings({ schema }).token('x' as never)],
  'Settings.token': () => [of(defineSettings({ schema }), 'token'), 'x'],
  shared: () => [heartwood.shared, {}],
  sleep: () => [heartwood.sleep, 0, {}],
  spawn: () => [heartwood.spawn, work, {}],
  spawnLink: () => [heartwood.spawnLink, work, {}],
  spawnMonitor: () => [heartwood.spawnMonitor, work, {}],
  start: () => [heartwood.start, plain, undefined, {}],
  startChild: async () => [heartwood.startChild, await supervisor(), { ...child(), id: 'd' }],
  startDynamicSupervisor: () => [heartwood.startDynamicSupervisor, {}, {}],
  startIsolated: () => [heartwood.startIsolated, Shop, undefined, {}],
  startLink: () => [heartwood.startLink, plain, undefined, {}],
  startMonitor: () => [heartwood.startMonitor, plain, undefined, {}],
  startPartitionSupervisor: () => [heartwood.startPartitionSupervisor, { child: child(), partitions: 1 }, {}],
  startPool: () => [heartwood.startPool, { open: work, close: work, size: 1 }, {}],
  startServer: () => [heartwood.startServer, plain, undefined, {}],
  startSupervisor: () => [heartwood.startSupervisor, {}, {}],
  State: () => [decorating(heartwood.State), 'a'],
  StateMachine: () => [aroundClass(heartwood.StateMachine), {}],
  stateMachine: () => [heartwood.stateMachine, { init: work, states: { a: work } }],
  StateTimeout: () => [decorating(heartwood.StateTimeout)],
  stop: async () => [heartwood.stop, await server(), 'normal', 50],
  stopping: () => [heartwood.stopping, 'normal'],
  Supervisor: () => [aroundClass(heartwood.Supervisor), {}],
  supervisorSpec: () => [heartwood.supervisorSpec, 'x', {}, {}],
  'Task.async': () => [Task.async, work],
  'Task.asyncStream': () => [
    (...args: Parameters<typeof Task.asyncStream>) => Task.asyncStream(...args).toArray(),
    [1],
    work,
    {},
  ],
  'Task.await': () => [of(Task.async(work), 'await'), 50],
  'Task.awaitMany': () => [Task.awaitMany, [Task.async(work)], 50],
  'Task.childSpec': () => [Task.childSpec, work, {}],
  'Task.completed': () => [Task.completed, 1],
  'Task.shutdown': () => [of(Task.async(work), 'shutdown'), 50],
  'Task.start': () => [Task.start, work, {}],
  'Task.startLink': () => [Task.startLink, work, {}],
  'Task.yield': () => [of(Task.async(work), 'yield'), 50],
  'Task.yieldMany': () => [Task.yieldMany, [Task.async(work)], 50],
  'TaskSupervisor.async': async () => [of(await tasks(), 'async'), work, {}],
  'TaskSupervisor.asyncNolink': async () => [of(await tasks(), 'asyncNolink'), work, {}],
  'TaskSupervisor.asyncStream': async () => [of(await tasks(), 'asyncStream'), [1], work, {}],
  'TaskSupervisor.asyncStreamNolink': async () => [of(await tasks(), 'asyncStreamNolink'), [1], work, {}],
  'TaskSupervisor.childSpec': () => [TaskSupervisor.childSpec, {}],
  'TaskSupervisor.ref': () => [TaskSupervisor.ref, 'x'],
  'TaskSupervisor.startChild': async () => [of(await tasks(), 'startChild'), work, {}],
  'TaskSupervisor.startLink': () => [TaskSupervisor.startLink, {}],
  'TaskSupervisor.terminateChild': async () => [of(await tasks(), 'terminateChild'), spawn(() => sleep(5))],
  terminateChild: async () => [heartwood.terminateChild, await supervisor(), 'c'],
  Timeout: () => [decorating(heartwood.Timeout), 'x'],
  To: () => [decorating(heartwood.To), 'a'],
  transfer: () => [heartwood.transfer, {}, []],
  trapExit: () => [heartwood.trapExit, false],
  'UniqueRegistry.lookup': async () => [of(await unique(), 'lookup'), 'key'],
  'UniqueRegistry.register': async () => [of(await unique(), 'register'), 'other', 1],
  'UniqueRegistry.registerPid': async () => [of(await unique(), 'registerPid'), self(), 'other', 1],
  'UniqueRegistry.updateValue': async () => [of(await unique(), 'updateValue'), 'key', (it: number) => it],
  'UniqueRegistry.whereis': async () => [of(await unique(), 'whereis'), 'key'],
  unlink: () => [heartwood.unlink, spawn(() => sleep(5))],
  unregister: () => [heartwood.unregister, 'x'],
  unshared: () => [heartwood.unshared, heartwood.shared({})],
  via: () => [heartwood.via, new UniqueRegistry('v'), 'key', 1],
  waitResponse: async () => [heartwood.waitResponse, sendRequest(await server(), 1), {}],
  whereis: () => [heartwood.whereis, 'x'],
  whereisServer: () => [heartwood.whereisServer, 'x'],
  whichChildren: async () => [heartwood.whichChildren, await supervisor()],
  ...Object.fromEntries(
    Object.keys(heartwood.sys).map((name) => [
      `sys.${name}`,
      async (): Promise<Given> => [
        heartwood.sys[name as keyof typeof heartwood.sys] as Given[0],
        await server(),
        ...(name === 'replaceState' ? [(it: unknown) => it] : []),
        ...(['install', 'remove'].includes(name) ? [work] : []),
        ...(['log', 'trace', 'statistics'].includes(name) ? [true] : []),
        50,
      ],
    ]),
  ),
}

/** Those that are left out, with the reason. */
const LEFT_OUT: LeftOut = [
  [/\.constructor$/, 'made by a function of its own, which is among the others'],
  [/\.(?:toString|toJSON)$/, 'takes nothing'],
  [/^kernel: (?:Connection|Nodes|FairScheduler|System\w+)\./, 'called by carriers and by the kernel'],
  [/^kernel: (?:carryStores|portableNamed|portableOf|setDefaultKernel)$/, 'for whoever builds on the kernel'],
  [/^timers: /, 'what is returned by timers that look like those of Node'],
  [
    /^tools: (?:bootTreeText|drawing|mermaid|planOf|loadConfig|resolveConfig)$/,
    'takes what another tool returned',
  ],
  [/^(?:boot|overrideBindings|reopenLog)$/, 'is about the whole program'],
  [/^Kernel\.(?:connect|report|reportTo|spawnBehaviour|startBehaviour)$/, 'for whoever builds on the kernel'],
  [
    /^(?:inject|injectable|injected|multiInject|named|tagged|optional|postConstruct|preDestroy)$/,
    'of inversify',
  ],
  [/^(?:Settings\w*|SystemHealth|Secret)\./, 'made and called by the configuration'],
]

const OF_OTHER_ENTRIES = /^(?:carrier|cluster|cron|erlang|fastify|http|nest|observer|telemetry|testing)/

describe('a bad argument', () => {
  it.each(Object.entries(CASES))('of %s is refused by a coded error, or taken', async (_, make) => {
    expect(await allRawErrors(make)).toEqual([])
  })

  it('is tried with each public function that takes any', () => {
    expect(untried(CASES, LEFT_OUT, (name) => !OF_OTHER_ENTRIES.test(name))).toEqual([])
  })
})
