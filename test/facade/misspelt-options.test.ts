import { createServer } from 'node:http'
import {
  Agent,
  application,
  boot,
  Call,
  call,
  checkResponse,
  child,
  createLogger,
  currentKernel,
  DynamicSupervisor,
  defineConfig,
  defineMachine,
  defineServer,
  defineSettings,
  demonitor,
  drain,
  dynamicSupervisorSpec,
  GenServer,
  Health,
  HeartwoodError,
  injected,
  isolable,
  Kernel,
  logReporter,
  monitor,
  multiCall,
  Pool,
  ProcessGroups,
  PubSub,
  partitionSupervisorSpec,
  poolSpec,
  portable,
  RequestCollection,
  readSettings,
  receive,
  receiveResponse,
  remote,
  StateMachine,
  Supervisor,
  self,
  sendAfter,
  sendRequest,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  start,
  startDynamicSupervisor,
  startIsolated,
  startLink,
  startMonitor,
  startPartitionSupervisor,
  startPool,
  startServer,
  startSupervisor,
  stateMachine,
  supervisorSpec,
  Task,
  TaskSupervisor,
  UniqueRegistry,
  waitResponse,
} from 'heartwood'
import { MemoryLink, StructuredCodec } from 'heartwood/carrier'
import {
  ClusterSupervisor,
  clusterRef,
  clusterSpec,
  clusterSupervisorSpec,
  local,
  singletonSpec,
  startCluster,
} from 'heartwood/cluster'
import { nats } from 'heartwood/cluster/nats'
import { postgres } from 'heartwood/cluster/postgres'
import { Cron, cron } from 'heartwood/cron'
import { decode, encode, erlang, memberCarrier, rpc } from 'heartwood/erlang'
import { bootBeside } from 'heartwood/http'
import { alias, FairScheduler, receiveRef, startTimer } from 'heartwood/kernel'
import { HeartwoodModule } from 'heartwood/nest'
import { createObserver, observe, observerApplication, openConsole, startObserver } from 'heartwood/observer'
import { startMetrics } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import {
  allowCrashes,
  bootApplication,
  expectCrash,
  expectDown,
  expectEscalation,
  expectExit,
  expectMessage,
  explore,
  linearize,
  lockModel,
  restartOf,
  type Simulation,
  simulate,
  startSupervised,
  TestKernel,
  timelineOf,
  traceOf,
} from 'heartwood/testing'
import { useTestKernel as useJestKernel } from 'heartwood/testing/jest'
import { useTestKernel as useNodeKernel } from 'heartwood/testing/node-test'
import { useTestKernel } from 'heartwood/testing/vitest'
import { checkConfig, loadConfig, resolveConfig, toChildSpec } from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { publicFunctions, takesOptions } from './public-functions.js'

type Wrong = never
type Act = (wrong: Wrong, kernel: TestKernel) => unknown

class Shop {
  price(): number {
    return 1
  }
}
defineServer(Shop, { calls: ['price'] })
isolable(Shop, import.meta.url)
@GenServer()
class Decorated {
  @Call() price(): number {
    return 1
  }
}
class Listed {}
defineServer(Listed, {})
const plain = { init: () => ({ state: 0 }), handleCall: () => ({ reply: 1, state: 0 }) }
const agent = () => Agent.start(() => 0)
const tasks = () => TaskSupervisor.startLink()
const pool = () => startPool({ open: work, close: work, size: 1 })
const schema = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as never
const config = {
  applications: [{ name: 'a', root: Decorated, dependencies: [], type: 'temporary' }],
} as never
const behaviour = { handle: () => undefined } as never
const work = () => 1
class Other {
  state = 'a'
  go(): void {}
}
const on = (decorator: unknown) =>
  (decorator as (...args: unknown[]) => void)(
    Other.prototype,
    'go',
    Object.getOwnPropertyDescriptor(Other.prototype, 'go'),
  )
const around = (decorator: unknown) => (decorator as (Class: unknown) => void)(class extends Other {})
const fault =
  (name: string, ...before: unknown[]): Act =>
  (wrong, kernel) => {
    return (kernel.faults as never as Record<string, (...args: unknown[]) => unknown>)[name]?.(
      ...before,
      wrong,
    )
  }
/** In a simulation: what its program throws is the cause of what the simulation does. */
const inSimulation =
  (act: (sim: Simulation, wrong: Wrong) => unknown): Act =>
  (wrong) =>
    simulate({}, (sim) => act(sim, wrong)).catch((error: Error) => {
      throw error.cause
    })
const mayStrike = (name: string, ...before: unknown[]): Act =>
  inSimulation((sim, wrong) => (sim.faults as never as Methods)[name]?.(...before, wrong))
const disaster = (name: string, ...before: unknown[]): Act =>
  inSimulation((sim, wrong) => {
    const given = before.map((each) => (each === 'engine' ? sim.engine(local()) : each))
    return (sim.disasters as never as Methods)[name]?.(...given, wrong)
  })
type Methods = Record<string, (...args: unknown[]) => unknown>
const asTest =
  (act: (wrong: Wrong) => unknown): Act =>
  (wrong, kernel) => {
    return kernel.runTest(() => act(wrong))
  }

/** For each function that takes options: an option that is misspelt, the one that is meant, and a call with it. */
const FUNCTIONS: Readonly<Record<string, readonly [misspelt: string, meant: string, act: Act]>> = {
  'Agent.childSpec': ['nmae', 'name', (wrong) => Agent.childSpec(() => 0, wrong)],
  'Agent.get': ['timout', 'timeout', async (wrong) => (await agent()).get((it) => it, wrong)],
  'Agent.getAndUpdate': [
    'timout',
    'timeout',
    async (wrong) => (await agent()).getAndUpdate((state) => ({ reply: 1, state }), wrong),
  ],
  'Agent.start': ['nmae', 'name', (wrong) => Agent.start(() => 0, wrong)],
  'Agent.startLink': ['nmae', 'name', (wrong) => Agent.startLink(() => 0, wrong)],
  'Agent.update': ['timout', 'timeout', async (wrong) => (await agent()).update((it) => it, wrong)],
  application: [
    'dependancies',
    'dependencies',
    (wrong) =>
      checkConfig({ applications: [application({ ...(wrong as object), name: 'a', root: Decorated })] }),
  ],
  boot: ['onBootTre', 'onBootTree', (wrong) => boot(config, wrong)],
  Call: ['concurent', 'concurrent', (wrong) => on(Call(wrong))],
  call: ['timout', 'timeout', async (wrong) => call(await start(plain), 1, wrong)],
  checkResponse: [
    'delet',
    'delete',
    async (wrong) => {
      const requests = new RequestCollection()
      sendRequest(await start(plain), 1, 1, requests)
      return checkResponse(await receive(), requests, wrong)
    },
  ],
  child: ['restrt', 'restart', (wrong) => child(Decorated, undefined, wrong)],
  createLogger: ['levle', 'level', (wrong) => createLogger(wrong)],
  defineConfig: [
    'bootTimout',
    'bootTimeout',
    (wrong) => checkConfig(defineConfig({ ...(config as object), ...(wrong as object) } as never)),
  ],
  defineMachine: [
    'handlrs',
    'handlers',
    (wrong) => defineMachine(class extends Other {}, { ...(wrong as object), handlers: [] }),
  ],
  defineServer: ['cals', 'calls', (wrong) => defineServer(class extends Shop {}, wrong)],
  defineSettings: ['secrts', 'secrets', (wrong) => defineSettings({ ...(wrong as object), schema })],
  demonitor: ['flsh', 'flush', (wrong) => demonitor(monitor(self()), wrong)],
  drain: ['timout', 'timeout', (wrong) => drain(createServer(), wrong)],
  DynamicSupervisor: ['maxChilren', 'maxChildren', (wrong) => around(DynamicSupervisor(wrong))],
  dynamicSupervisorSpec: ['restrt', 'restart', (wrong) => dynamicSupervisorSpec('x', {}, wrong)],
  GenServer: ['nmae', 'name', (wrong) => around(GenServer(wrong))],
  Health: ['timout', 'timeout', (wrong) => on(Health(wrong))],
  injected: ['optionl', 'optional', (wrong) => injected('x', wrong)],
  'Kernel.constructor': ['clok', 'clock', (wrong) => new Kernel(wrong)],
  'Kernel.request': [
    'timout',
    'timeout',
    async (wrong, kernel) => kernel.request(await start(plain), 1, wrong),
  ],
  'Kernel.spawn': ['lable', 'label', (wrong, kernel) => kernel.spawn(work, wrong)],
  'Kernel.spawnBehaviour': ['lable', 'label', (wrong, kernel) => kernel.spawnBehaviour(behaviour, wrong)],
  'Kernel.startBehaviour': ['timout', 'timeout', (wrong, kernel) => kernel.startBehaviour(behaviour, wrong)],
  logReporter: ['dept', 'depth', (wrong) => logReporter(createLogger({ level: 'silent' }), wrong)],
  monitor: ['tga', 'tag', (wrong) => monitor(self(), wrong)],
  multiCall: ['timout', 'timeout', async (wrong) => multiCall([await start(plain)], 1, wrong)],
  partitionSupervisorSpec: [
    'restrt',
    'restart',
    (wrong) => partitionSupervisorSpec('x', { child: Decorated }, wrong),
  ],
  Pool: ['ovrflow', 'overflow', (wrong) => around(Pool(wrong))],
  'PoolRef.checkOut': ['timout', 'timeout', async (wrong) => (await pool()).checkOut(wrong)],
  'PoolRef.run': ['timout', 'timeout', async (wrong) => (await pool()).run(work, wrong)],
  poolSpec: ['restrt', 'restart', (wrong) => poolSpec('x', { open: work }, wrong)],
  portable: ['nmae', 'name', (wrong) => portable(class Own {}, wrong)],
  'PubSub.constructor': ['gruops', 'groups', (wrong) => new PubSub('x', wrong)],
  readSettings: ['enviroment', 'environment', (wrong) => readSettings(defineSettings({ schema }), wrong)],
  receive: ['timout', 'timeout', (wrong) => receive('x', wrong)],
  receiveResponse: ['timout', 'timeout', async (wrong) => receiveResponse(sendRequest(self(), 1), wrong)],
  'Ref.with': ['timout', 'timeout', async (wrong) => (await start(Shop)).with(wrong)],
  'Registry.constructor': ['listners', 'listeners', (wrong) => new UniqueRegistry('x', wrong)],
  remote: ['timout', 'timeout', (wrong) => remote('x', wrong)],
  sendAfter: ['asb', 'abs', (wrong) => sendAfter(1, self(), 1, wrong)],
  sleep: ['singal', 'signal', (wrong) => sleep(0, wrong)],
  spawn: ['lable', 'label', (wrong) => spawn(work, wrong)],
  spawnLink: ['lable', 'label', (wrong) => spawnLink(work, wrong)],
  spawnMonitor: ['montor', 'monitor', (wrong) => spawnMonitor(work, wrong)],
  start: ['nmae', 'name', (wrong) => start(Shop, undefined, wrong)],
  startDynamicSupervisor: ['lable', 'label', (wrong) => startDynamicSupervisor({}, wrong)],
  startIsolated: [
    'timout',
    'timeout',
    (wrong) => startIsolated(Shop, undefined, { ...(wrong as object), isolate: 'thread' }),
  ],
  startLink: ['nmae', 'name', (wrong) => startLink(Shop, undefined, wrong)],
  startMonitor: ['nmae', 'name', (wrong) => startMonitor(Shop, undefined, wrong)],
  startPartitionSupervisor: [
    'lable',
    'label',
    (wrong) => startPartitionSupervisor({ child: Decorated, partitions: 1 }, wrong),
  ],
  startServer: ['lnk', 'link', (wrong) => startServer(Shop, undefined, wrong)],
  startPool: ['lnik', 'link', (wrong) => startPool({ open: work }, wrong)],
  startSupervisor: ['lable', 'label', (wrong) => startSupervisor({}, wrong)],
  StateMachine: ['nmae', 'name', (wrong) => around(StateMachine(wrong))],
  Supervisor: ['stratgy', 'strategy', (wrong) => around(Supervisor(wrong))],
  supervisorSpec: ['restrt', 'restart', (wrong) => supervisorSpec('x', {}, wrong)],
  'SystemHealth.check': [
    'timout',
    'timeout',
    async (wrong, kernel) => {
      const system = await kernel.runTest(() => bootApplication(config))
      return system.health.check('x', work, wrong)
    },
  ],
  'Task.asyncStream': ['orderd', 'ordered', (wrong) => Task.asyncStream([1], work, wrong)],
  'Task.await': ['timout', 'timeout', (wrong) => Task.async(work).await(wrong)],
  'Task.awaitMany': ['timout', 'timeout', (wrong) => Task.awaitMany([Task.async(work)], wrong)],
  'Task.childSpec': ['restrt', 'restart', (wrong) => Task.childSpec(work, wrong)],
  'Task.start': ['lable', 'label', (wrong) => Task.start(work, wrong)],
  'Task.startLink': ['lable', 'label', (wrong) => Task.startLink(work, wrong)],
  'Task.yield': ['timout', 'timeout', (wrong) => Task.async(work).yield(wrong)],
  'Task.yieldMany': ['limt', 'limit', (wrong) => Task.yieldMany([Task.async(work)], wrong)],
  'TaskSupervisor.async': ['shutdwn', 'shutdown', async (wrong) => (await tasks()).async(work, wrong)],
  'TaskSupervisor.asyncNolink': [
    'shutdwn',
    'shutdown',
    async (wrong) => (await tasks()).asyncNolink(work, wrong),
  ],
  'TaskSupervisor.asyncStream': [
    'orderd',
    'ordered',
    async (wrong) => (await tasks()).asyncStream([1], work, wrong),
  ],
  'TaskSupervisor.asyncStreamNolink': [
    'orderd',
    'ordered',
    async (wrong) => (await tasks()).asyncStreamNolink([1], work, wrong),
  ],
  'TaskSupervisor.childSpec': ['maxChilren', 'maxChildren', (wrong) => TaskSupervisor.childSpec(wrong)],
  'TaskSupervisor.startChild': [
    'restrt',
    'restart',
    async (wrong) => (await tasks()).startChild(work, wrong),
  ],
  'TaskSupervisor.startLink': ['maxChilren', 'maxChildren', (wrong) => TaskSupervisor.startLink(wrong)],
  waitResponse: ['timout', 'timeout', async (wrong) => waitResponse(sendRequest(self(), 1), wrong)],
  'carrier: MemoryLink.constructor': [
    'limt',
    'limit',
    (wrong) => new MemoryLink(new Kernel({ node: 'a' }), new Kernel({ node: 'b' }), wrong),
  ],
  'carrier: StructuredCodec.constructor': ['memry', 'memory', (wrong) => new StructuredCodec(wrong)],
  'cluster: Cluster.claim': [
    'wiat',
    'wait',
    async (wrong) => {
      const cluster = await startCluster({ engine: local() })
      try {
        return await cluster.claim('key', wrong)
      } finally {
        await cluster.leave()
      }
    },
  ],
  'cluster: clusterSpec': [
    'weigth',
    'weight',
    (wrong) => clusterSpec({ engine: local(), ...(wrong as object) }),
  ],
  'cluster: clusterSupervisorSpec': [
    'rebalnce',
    'rebalance',
    (wrong) => clusterSupervisorSpec(plain, { name: 'x', ...(wrong as object) }),
  ],
  'cluster: singletonSpec': ['intensty', 'intensity', (wrong) => singletonSpec(Listed, wrong)],
  'cluster: ClusterSupervisor': [
    'rebalnce',
    'rebalance',
    (wrong) => ClusterSupervisor({ child: Listed, ...(wrong as object) }),
  ],
  'cluster: clusterRef': ['timout', 'timeout', (wrong) => clusterRef(Listed, 'x', wrong)],
  'cluster: ClusterRef.with': ['timout', 'timeout', (wrong) => clusterRef(Listed, 'x').with(wrong)],
  'cluster: startCluster': [
    'leese',
    'lease',
    (wrong) => startCluster({ ...(wrong as object), engine: local() }),
  ],
  'cluster-nats: nats': ['sevrers', 'servers', (wrong) => nats(wrong)],
  'cluster-postgres: postgres': ['ulr', 'url', (wrong) => postgres(wrong)],
  'cron: Cron': [
    'zoen',
    'zone',
    (wrong) => Cron('* * * * *', wrong as never)(class {}.prototype, 'm' as never, {} as never),
  ],
  'cron: cron': ['zoen', 'zone', (wrong) => cron('name', '* * * * *', wrong as never, () => {})],
  'erlang: decode': ['atms', 'atoms', (wrong) => decode(encode(1), wrong)],
  'erlang: encode': ['dept', 'depth', (wrong) => encode(1, wrong)],
  'erlang: erlang': ['cokie', 'cookie', (wrong) => erlang(wrong)],
  'erlang: memberCarrier': ['prot', 'port', (wrong) => memberCarrier(wrong)],
  'erlang: rpc': ['timout', 'timeout', (wrong) => rpc('a@b', 'm', 'f', [], wrong)],
  'kernel: alias': ['rply', 'reply', (wrong) => alias(wrong)],
  'kernel: FairScheduler.constructor': ['slce', 'slice', (wrong) => new FairScheduler(wrong)],
  'kernel: receiveRef': [
    'timout',
    'timeout',
    (wrong) => receiveRef(alias(), { matches: () => true, handle: undefined }, wrong),
  ],
  'kernel: startTimer': ['asb', 'abs', (wrong) => startTimer(1, self(), 1, wrong)],
  'http: bootBeside': ['signls', 'signals', (wrong) => bootBeside(createServer(), config, wrong)],
  'nest: HeartwoodModule.forRoot': [
    'htpp',
    'http',
    (wrong) => HeartwoodModule.forRoot({ ...(wrong as object), config }),
  ],
  'observer: createObserver': ['prefx', 'prefix', (wrong) => createObserver(wrong)],
  'observer: observe': ['tken', 'token', (wrong) => observe('http://127.0.0.1:1', wrong)],
  'observer: openConsole': ['tken', 'token', (wrong) => openConsole('http://127.0.0.1:1', wrong)],
  'observer: observerApplication': ['prt', 'port', (wrong) => observerApplication(wrong)],
  'observer: startObserver': ['prt', 'port', (wrong) => startObserver(wrong)],
  'telemetry-opentelemetry: openTelemetry': ['tracr', 'tracer', (wrong) => openTelemetry(wrong)],
  'telemetry: startMetrics': ['bukets', 'buckets', (wrong) => startMetrics(wrong)],
  'testing-jest: useTestKernel': ['fakeTimer', 'fakeTimers', (wrong) => useJestKernel(wrong)],
  'testing-node-test: useTestKernel': ['fakeTimer', 'fakeTimers', (wrong) => useNodeKernel(wrong)],
  'testing-vitest: useTestKernel': ['fakeTimer', 'fakeTimers', (wrong) => useTestKernel(wrong)],
  'testing: allowCrashes': ['reson', 'reason', asTest((wrong) => allowCrashes(wrong))],
  'testing: bootApplication': ['overides', 'overrides', asTest((wrong) => bootApplication(config, wrong))],
  'testing: expectCrash': ['reson', 'reason', asTest((wrong) => expectCrash(wrong))],
  'testing: expectDown': ['withn', 'within', asTest((wrong) => expectDown(spawn(work), undefined, wrong))],
  'testing: expectEscalation': ['withn', 'within', asTest((wrong) => expectEscalation('x', wrong))],
  'testing: expectExit': ['withn', 'within', asTest((wrong) => expectExit(spawn(work), undefined, wrong))],
  'testing: expectMessage': ['withn', 'within', asTest((wrong) => expectMessage('x', wrong))],
  'testing: explore': ['maxStps', 'maxSteps', (wrong) => explore(wrong, async () => {})],
  'testing: Faults.chaos': ['rat', 'rate', fault('chaos')],
  'testing: Faults.crashInHandler': ['nht', 'nth', fault('crashInHandler', 'x')],
  'testing: Faults.crashInInit': ['nht', 'nth', fault('crashInInit', 'x')],
  'testing: Faults.crashInRestart': ['nht', 'nth', fault('crashInRestart', 'x')],
  'testing: Faults.crashInTerminate': ['nht', 'nth', fault('crashInTerminate', 'x')],
  'testing: Faults.delay': [
    'form',
    'from',
    (wrong, kernel) => kernel.faults.delay({ ...(wrong as object), by: 1 }),
  ],
  'testing: Faults.drop': ['form', 'from', fault('drop')],
  'testing: Faults.duplicate': ['form', 'from', fault('duplicate')],
  'testing: Faults.failCall': [
    'hng',
    'hang',
    (wrong, kernel) => kernel.faults.failCall(kernel.faults.dependency({ go: work }), 'go', wrong),
  ],
  'testing: Faults.hangInInit': ['nht', 'nth', fault('hangInInit', 'x')],
  'testing: Faults.hangInTerminate': ['nht', 'nth', fault('hangInTerminate', 'x')],
  'testing: Faults.hangShutdown': ['nht', 'nth', fault('hangShutdown', 'x')],
  'testing: Faults.killInHandler': ['nht', 'nth', fault('killInHandler', 'x')],
  'testing: Faults.killInInit': ['nht', 'nth', fault('killInInit', 'x')],
  'testing: Faults.killInRestart': ['nht', 'nth', fault('killInRestart', 'x')],
  'testing: Faults.reorder': ['form', 'from', fault('reorder')],
  'testing: Faults.timeOut': ['form', 'from', fault('timeOut')],
  'testing: restartOf': ['withn', 'within', asTest((wrong) => restartOf('x', wrong))],
  'testing: linearize': ['stats', 'states', (wrong) => linearize([], lockModel(), wrong)],
  'testing: simulate': ['maxStps', 'maxSteps', (wrong) => simulate(wrong, async () => {})],
  'testing: Simulation.engine': [
    'latncy',
    'latency',
    inSimulation((sim, wrong) => sim.engine(local(), wrong)),
  ],
  'testing: Simulation.fake': ['tmes', 'times', inSimulation((sim, wrong) => sim.fake('bank', {}, wrong))],
  'testing: Simulation.node': ['rte', 'rate', inSimulation((sim, wrong) => sim.node('a', () => {}, wrong))],
  'testing: Simulation.setNetwork': [
    'latncy',
    'latency',
    inSimulation((sim, wrong) => sim.setNetwork(wrong)),
  ],
  'testing: SimulationFaults.crashInHandler': ['nht', 'nth', mayStrike('crashInHandler', 'x')],
  'testing: SimulationFaults.crashInInit': ['nht', 'nth', mayStrike('crashInInit', 'x')],
  'testing: SimulationFaults.crashInRestart': ['nht', 'nth', mayStrike('crashInRestart', 'x')],
  'testing: SimulationFaults.crashInTerminate': ['nht', 'nth', mayStrike('crashInTerminate', 'x')],
  'testing: SimulationFaults.hangInHandler': ['nht', 'nth', mayStrike('hangInHandler', 'x')],
  'testing: SimulationFaults.hangInInit': ['nht', 'nth', mayStrike('hangInInit', 'x')],
  'testing: SimulationFaults.hangInTerminate': ['nht', 'nth', mayStrike('hangInTerminate', 'x')],
  'testing: SimulationFaults.hangShutdown': ['nht', 'nth', mayStrike('hangShutdown', 'x')],
  'testing: SimulationFaults.killInHandler': ['nht', 'nth', mayStrike('killInHandler', 'x')],
  'testing: SimulationFaults.killInInit': ['nht', 'nth', mayStrike('killInInit', 'x')],
  'testing: SimulationFaults.killInRestart': ['nht', 'nth', mayStrike('killInRestart', 'x')],
  'testing: SimulationFaults.delay': ['form', 'from', mayStrike('delay')],
  'testing: SimulationFaults.drop': ['form', 'from', mayStrike('drop')],
  'testing: SimulationFaults.duplicate': ['form', 'from', mayStrike('duplicate')],
  'testing: SimulationFaults.reorder': ['form', 'from', mayStrike('reorder')],
  'testing: WorldFaults.crashNode': ['tmes', 'times', disaster('crashNode', 'a')],
  'testing: WorldFaults.pauseNode': ['tmes', 'times', disaster('pauseNode', 'a')],
  'testing: WorldFaults.cutConnection': ['tmes', 'times', disaster('cutConnection', 'a', 'b')],
  'testing: WorldFaults.cutEngine': ['tmes', 'times', disaster('cutEngine', 'engine', 'a')],
  'testing: WorldFaults.stopEngine': ['tmes', 'times', disaster('stopEngine', 'engine')],
  'testing: WorldFaults.staleReads': ['tmes', 'times', disaster('staleReads', 'engine', 'a')],
  'testing: WorldFaults.unknownOutcome': ['tmes', 'times', disaster('unknownOutcome', 'engine')],
  'testing: WorldFaults.setClock': ['tmes', 'times', disaster('setClock', 'a', 1)],
  'testing: WorldFaults.partition': ['tmes', 'times', disaster('partition', ['a'], ['b'])],
  'testing: startSupervised': ['restrt', 'restart', asTest((wrong) => startSupervised(Decorated, wrong))],
  'testing: Story.toString': ['pds', 'pids', asTest((wrong) => traceOf().toString(wrong))],
  'testing: TestKernel.constructor': ['traceLimt', 'traceLimit', (wrong) => new TestKernel(wrong)],
  'testing: TestKernel.finish': ['faild', 'failed', (wrong) => new TestKernel().finish(wrong)],
  'testing: TestKernel.runUntil': [
    'withn',
    'within',
    (wrong, kernel) => kernel.runUntil(Promise.resolve(), wrong),
  ],
  'testing: timelineOf': ['pds', 'pids', (wrong) => timelineOf([], String, wrong)],
  'tools: loadConfig': ['enviroment', 'environment', (wrong) => loadConfig('x', wrong)],
  'tools: resolveConfig': ['enviroment', 'environment', (wrong) => resolveConfig(config, wrong)],
  'tools: toChildSpec': ['restrt', 'restart', (wrong) => toChildSpec(Decorated, wrong)],
}

/** Those that are found by the types of their parameters, and have no options of ours to be misspelt. */
const OTHERS: Readonly<Record<string, string>> = {
  'HeartwoodError.constructor': "takes the language's own { cause }",
  multiInject: 'takes options of inversify',
  overrideBindings: 'takes a configuration, which is checked where it is resolved',
  'Ref.constructor': 'made by ref(), start() and with(), which check them',
  'Settings.constructor': 'made by defineSettings()',
  'cluster: ClusterRef.constructor': 'made by clusterRef() and with(), which check them',
  'nest: HeartwoodService.constructor': 'made by HeartwoodModule.forRoot()',
  'observer: Observer.constructor': 'made by createObserver()',
  'telemetry: shown': 'shows any value, and throws for nothing',
  'telemetry: Metrics.constructor': 'made by startMetrics()',
  'testing: Chaos.constructor': 'made by Faults.chaos()',
  'testing: Faults.lies': 'for Faults.chaos(), which makes them itself',
}

/** What takes an object of callbacks, or options that have no type of their own. */
const MORE: typeof FUNCTIONS = {
  'a callback of a server': ['handlecall', 'handleCall', () => start({ ...init, handlecall: work } as never)],
  'a callback in a class of them': [
    'handle_cast',
    'handleCast',
    () =>
      start(
        new (class {
          init() {
            return { state: 0 }
          }
          handle_cast() {}
        })(),
      ),
  ],
  'a callback of a machine': [
    'stateEntr',
    'stateEnter',
    () => stateMachine({ ...machine, stateEntr: true } as never),
  ],
  'a mailbox': [
    'polici',
    'policy',
    () => spawn(work, { mailbox: { limit: 1, policy: 'wait', polici: 1 } as never }),
  ],
  'the mailbox of a server': [
    'polici',
    'policy',
    () => start(Shop, undefined, { mailbox: { limit: 1, policy: 'wait', polici: 1 } as never }),
  ],
  'with() of a remote': ['timout', 'timeout', (wrong) => remote('x').with(wrong)],
  'options of a monitor': ['tga', 'tag', (wrong) => spawnMonitor(work, { monitor: wrong })],
  'a dynamic supervisor': ['maxChilren', 'maxChildren', (wrong) => startDynamicSupervisor(wrong)],
  'a supervisor': ['stratgy', 'strategy', (wrong) => startSupervisor(wrong)],
  'a pool': ['ovrflow', 'overflow', (wrong) => startPool({ ...(wrong as object), open: work })],
  'a partition supervisor': [
    'partitons',
    'partitions',
    (wrong) => startPartitionSupervisor({ ...(wrong as object), child: Decorated }),
  ],
}
const init = { init: () => ({ state: 0 }) }
const machine = { init: () => ({ state: 'a', data: 0 }), states: { a: () => 'keep_state' } }

async function told(act: Act, misspelt: string): Promise<unknown> {
  const kernel = new TestKernel()
  try {
    await kernel.run(async () => act({ [misspelt]: 1 } as never, kernel))
    return 'taken'
  } catch (error) {
    return error
  } finally {
    await kernel.close()
  }
}

describe('an option that is misspelt', () => {
  it.each(Object.entries({ ...FUNCTIONS, ...MORE }))('is refused by %s', async (_, [
    misspelt,
    meant,
    act,
  ]) => {
    const error = await told(act, misspelt)
    expect(error).toSatisfy((it) => HeartwoodError.is(it))
    expect(String(error)).toContain(misspelt)
    expect(String(error)).toContain(`did you mean "${meant}"`)
  })

  it('is looked for in every function that takes options, as the API reports have them', () => {
    const found = publicFunctions()
      .filter(takesOptions)
      .map(({ name }) => name)
    const listed = [...Object.keys(FUNCTIONS), ...Object.keys(OTHERS)]
    expect([...new Set(found)].sort()).toEqual(listed.sort())
  })

  it('is refused also where there are no options', async () => {
    for (const act of [
      () => Task.async(work, { timeout: 1 } as never),
      () => new ProcessGroups('x', { foo: 1 } as never),
    ])
      expect(await told(act, 'x')).toMatchObject({ code: 'BAD_OPTION' })
  })

  it('is no callback that is only beside the others', async () => {
    const helping = { ...init, handleCall: plain.handleCall, handleCalls: work, price: work, inits: work }
    expect(await told(() => start(helping), 'x')).toBe('taken')
  })

  it('is told with what came in place of a callback', async () => {
    const error = await told(() => start({ ...init, handleCall: 'x' } as never), 'x')
    expect(error).toMatchObject({ code: 'BAD_OPTION', details: { option: 'handleCall', value: 'x' } })
  })

  it('is refused in place of options that are none', async () => {
    for (const wrong of [null, 5, 'x'] as never[])
      for (const act of [
        () => spawn(work, wrong),
        () => spawnLink(work, wrong),
        () => start(Shop, undefined, wrong),
        () => Agent.start(() => 0, wrong),
        () => startSupervisor({}, wrong),
        () => new UniqueRegistry('x', wrong),
        () => new PubSub('x', wrong),
        () => new Kernel(wrong),
        () => currentKernel().spawn(work, wrong),
      ])
        expect(await told(act, 'x')).toMatchObject({ code: 'BAD_OPTION' })
  })
})
