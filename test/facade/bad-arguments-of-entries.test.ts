import { createServer } from 'node:http'
import { currentKernel, defineServer, monitor, type Report, self, sleep, spawn } from 'heartwood'
import * as clusters from 'heartwood/cluster'
import { fencedGet, fencedPut, nats } from 'heartwood/cluster/nats'
import { fenced, postgres } from 'heartwood/cluster/postgres'
import { Cron, cron } from 'heartwood/cron'
import * as erlang from 'heartwood/erlang'
import { bootBeside, requestProcesses } from 'heartwood/http'
import { HeartwoodModule, refToken } from 'heartwood/nest'
import * as observer from 'heartwood/observer'
import * as telemetry from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import * as testing from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import {
  allRawErrors,
  type Case,
  type Given,
  type LeftOut,
  of,
  untried,
  type World,
} from './bad-arguments.js'

const { TestKernel } = testing
type TestKernel = testing.TestKernel

class Shop {
  price(): number {
    return 1
  }
}
defineServer(Shop, { calls: ['price'] })
const living = () => spawn(() => sleep(1_000_000))
const faults = () => testing.faults()
const made =
  <Args extends never[], T>(Class: new (...args: Args) => T) =>
  (...args: Args): T =>
    new Class(...args)
const closing =
  (create: (...args: never[]) => unknown): Given[0] =>
  async (...args) => {
    const one = (await create(...args)) as Partial<Disposable & AsyncDisposable>
    one[Symbol.dispose]?.()
    await one[Symbol.asyncDispose]?.()
  }
const route = () => ({ from: self(), to: living() })
const simulated = (act: (simulation: testing.Simulation, ...args: never[]) => unknown): Given[0] =>
  ((...args: never[]) => testing.simulate({}, (simulation) => act(simulation, ...args))) as Given[0]
type Methods = Record<string, (...args: unknown[]) => unknown>
const mayStrike = (name: string): Given[0] =>
  simulated((it, ...args) => (it.faults as never as Methods)[name]?.(...args))
const disaster = (name: string): Given[0] =>
  simulated((it, ...args) => (it.disasters as never as Methods)[name]?.(...args))
const NOWHERE = { write: () => true } as never
const QUIET = { json: true, output: NOWHERE } as never
const asking = (path: string) => observer.createObserver({ reading: 'open' }).tell(path)
const chaos = { rate: 1, seed: 1 }

/** A method of a node of a cluster, which leaves it afterwards. */
const clustered =
  <Args extends unknown[]>(act: (cluster: clusters.Cluster, ...args: Args) => unknown) =>
  async (...args: Args) => {
    const cluster = await clusters.startCluster({ engine: clusters.local() })
    try {
      await act(cluster, ...args)
    } finally {
      await cluster.leave()
    }
  }
const someClaim = () => ({ key: 'k', fence: () => 1 }) as clusters.Claim
const bucket = { get: async () => null, put: async () => 1 }
const client = { query: async () => ({ rows: [{ fence: '1' }] }) }

const CASES: Readonly<Record<string, Case>> = {
  'cluster: ClusterRef.with': () => [of(clusters.clusterRef(Shop, 'k'), 'with'), { timeout: 1 }],
  'cluster: ClusterSupervisor': () => [clusters.ClusterSupervisor as Given[0], { child: Shop }],
  'cluster: Singleton': () => [clusters.Singleton as Given[0], {}],
  'cluster: clusterOf': () => [clusters.clusterOf, 'main'],
  'cluster: clusterRef': () => [clusters.clusterRef as Given[0], Shop, 'k', {}],
  'cluster: clusterSpec': () => [clusters.clusterSpec, { engine: clusters.local() }, {}],
  'cluster: clusterSupervisorSpec': () => [clusters.clusterSupervisorSpec as Given[0], Shop, {}, {}],
  'cluster: singletonSpec': () => [clusters.singletonSpec as Given[0], Shop, {}, {}],
  'cluster: Cluster.broadcast': () => [
    clustered((it, topic: string, value: unknown) => it.broadcast(topic, value)),
    'topic',
    1,
  ],
  'cluster: Cluster.claim': () => [
    clustered((it, key: string, options: object) => it.claim(key, options)),
    'key',
    {},
  ],
  'cluster: Cluster.listen': () => [
    clustered((it, topic: string, listener: () => void) => it.listen(topic, listener)),
    'topic',
    () => {},
  ],
  'cluster: FenceGate.admit': () => [
    of(new clusters.FenceGate(), 'admit'),
    clusters.fenceHeaders(someClaim()),
  ],
  'cluster: fenceHeaders': () => [clusters.fenceHeaders, someClaim()],
  'cluster: startCluster': () => [closing(clusters.startCluster), { engine: clusters.local() }],
  'cluster-nats: fencedGet': () => [fencedGet as Given[0], bucket, 'entry'],
  'cluster-nats: fencedPut': () => [fencedPut as Given[0], bucket, 'entry', someClaim(), 1],
  'cluster-nats: nats': () => [nats, { servers: 'nats://127.0.0.1:1' }],
  'cron: Cron': () => [
    (expression: string, options: object) => Cron(expression, options)(class {}.prototype, 'make', {}),
    '* * * * *',
    {},
  ],
  'cron: cron': () => [cron, 'name', '* * * * *', {}, () => {}],
  'cluster-postgres: fenced': () => [fenced as Given[0], client, someClaim()],
  'cluster-postgres: postgres': () => [postgres, { url: 'postgres://127.0.0.1:1/x' }],
  'erlang: atom': () => [erlang.atom, 'x'],
  'erlang: BitString.constructor': () => [made(erlang.BitString) as Given[0], new Uint8Array(1), 3],
  'erlang: decode': () => [erlang.decode, erlang.encode(1), {}],
  'erlang: encode': () => [erlang.encode, 1, {}],
  'erlang: memberCarrier': () => [erlang.memberCarrier, {}],
  'erlang: erlang': () => [erlang.erlang, { cookie: 'c', epmd: false }],
  'erlang: ErlangException.constructor': () => [
    made(erlang.ErlangException) as Given[0],
    'E',
    'failed',
    {},
    1,
  ],
  'erlang: ErlangFun.constructor': () => [made(erlang.ErlangFun) as Given[0], {}],
  'erlang: ErlangPid.constructor': () => [made(erlang.ErlangPid) as Given[0], 'a@b', 1, 1, 1],
  'erlang: ErlangPort.constructor': () => [made(erlang.ErlangPort) as Given[0], 'a@b', 1n, 1],
  'erlang: ErlangReference.constructor': () => [made(erlang.ErlangReference) as Given[0], 'a@b', 1, [1]],
  'erlang: ExternalFun.constructor': () => [made(erlang.ExternalFun) as Given[0], 'lists', 'map', 2],
  'erlang: float': () => [erlang.float, 1],
  'erlang: globalNames': () => [erlang.globalNames, 'a@b'],
  'erlang: ImproperList.constructor': () => [made(erlang.ImproperList) as Given[0], [1], 2],
  'erlang: rpc': () => [erlang.rpc, 'a@b', 'lists', 'max', [[1]], {}],
  'erlang: Tuple.constructor': () => [made(erlang.Tuple) as Given[0], [1]],
  'erlang: tuple': () => [erlang.tuple, 1, 2],
  'http: bootBeside': () => [bootBeside as Given[0], createServer(), { applications: [], log: false }],
  'http: requestProcesses': () => [requestProcesses as Given[0], () => {}],
  'nest: HeartwoodModule.forFeature': () => [of(HeartwoodModule, 'forFeature'), [Shop]],
  'nest: HeartwoodModule.forRoot': () => [of(HeartwoodModule, 'forRoot'), { config: { applications: [] } }],
  'nest: refToken': () => [refToken as Given[0], Shop],
  'observer: createObserver': () => [closing(observer.createObserver), {}],
  'observer: observe': () => [
    (from: unknown) => observer.observe(typeof from === 'string' ? asking : (from as never), QUIET),
    asking,
  ],
  'observer: observe, its options': () => [
    (output: unknown, input: unknown, token: unknown) =>
      observer.observe(asking, {
        output: (output ?? NOWHERE) as never,
        input: (input ?? process.stdin) as never,
        token: token as never,
      }),
    NOWHERE,
    process.stdin,
    'a token',
  ],
  'observer: Observer.tell': () => [of(observer.createObserver({ reading: 'open' }), 'tell'), 'overview'],
  'observer: observerApplication': () => [observer.observerApplication, {}],
  'observer: startObserver': () => [closing(observer.startObserver), {}],
  'telemetry-opentelemetry: openTelemetry': () => [closing(openTelemetry), {}],
  'telemetry: isProgressReport': () => [telemetry.isProgressReport, {}],
  'telemetry: isSupervisorReport': () => [telemetry.isSupervisorReport, {}],
  'telemetry: shown': () => [telemetry.shown, { some: 'thing' }, {}],
  'telemetry: startMetrics': () => [closing(telemetry.startMetrics), {}],
  'testing: allowCrashes': () => [testing.allowCrashes, {}],
  'testing: bootApplication': () => [testing.bootApplication, { applications: [] }, {}],
  'testing: expectCrash': () => [testing.expectCrash, {}, { within: 1 }],
  'testing: expectDown': () => [testing.expectDown, monitor(living()), 'x', { within: 1 }],
  'testing: expectEscalation': () => [testing.expectEscalation, living(), { within: 1 }],
  'testing: expectExit': () => [testing.expectExit, living(), 'x', { within: 1 }],
  'testing: expectMessage': () => [testing.expectMessage, 'x', { within: 1 }],
  'testing: expectNoMessage': () => [testing.expectNoMessage, 'x'],
  'testing: explore': () => [testing.explore, { runs: 1 }, () => 1],
  'testing: Faults.block': () => [of(faults(), 'block'), living(), 0],
  'testing: Faults.chaos': () => [of(faults(), 'chaos'), chaos],
  'testing: Faults.crash': () => [of(faults(), 'crash'), living(), new Error('x')],
  'testing: Faults.crashInHandler': () => [of(faults(), 'crashInHandler'), living(), {}],
  'testing: Faults.crashInInit': () => [of(faults(), 'crashInInit'), living(), {}],
  'testing: Faults.crashInRestart': () => [of(faults(), 'crashInRestart'), living(), {}],
  'testing: Faults.crashInTerminate': () => [of(faults(), 'crashInTerminate'), living(), {}],
  'testing: Faults.delay': () => [of(faults(), 'delay'), { ...route(), by: 1 }],
  'testing: Faults.dependency': () => [of(faults(), 'dependency'), { go() {} }, 'x'],
  'testing: Faults.drop': () => [of(faults(), 'drop'), route()],
  'testing: Faults.duplicate': () => [of(faults(), 'duplicate'), route()],
  'testing: Faults.exhaustHeap': () => [of(faults(), 'exhaustHeap'), living()],
  'testing: Faults.failCall': () => [of(faults(), 'failCall'), faults().dependency({ go() {} }), 'go', {}],
  'testing: Faults.hangInInit': () => [of(faults(), 'hangInInit'), living(), {}],
  'testing: Faults.hangInTerminate': () => [of(faults(), 'hangInTerminate'), living(), {}],
  'testing: Faults.hangShutdown': () => [of(faults(), 'hangShutdown'), living(), {}],
  'testing: Faults.kill': () => [of(faults(), 'kill'), living()],
  'testing: Faults.killInHandler': () => [of(faults(), 'killInHandler'), living(), {}],
  'testing: Faults.killInInit': () => [of(faults(), 'killInInit'), living(), {}],
  'testing: Faults.killInRestart': () => [of(faults(), 'killInRestart'), living(), {}],
  'testing: Faults.reorder': () => [of(faults(), 'reorder'), route()],
  'testing: Faults.severCarrier': () => [of(faults(), 'severCarrier'), living()],
  'testing: Faults.stop': () => [of(faults(), 'stop'), living()],
  'testing: Faults.timeOut': () => [of(faults(), 'timeOut'), route()],
  'testing: restartOf': () => [testing.restartOf, living(), { within: 1 }],
  'testing: seeded': () => [testing.seeded, 1],
  'testing: simulate': () => [testing.simulate, {}, () => 1],
  'testing: Simulation.invariant': () => [
    simulated((it, ...args) => it.invariant(...(args as [never, never]))),
    'x',
    () => true,
  ],
  'testing: Simulation.note': () => [simulated((it, ...args) => it.note(...(args as [never]))), 'x'],
  'testing: Simulation.pick': () => [simulated((it, ...args) => it.pick(...(args as [never]))), [1]],
  'testing: Simulation.touch': () => [
    simulated((it, ...args) => it.touch(...(args as [never, never]))),
    'x',
    'read',
  ],
  'testing: CallHistory.call': () => [
    simulated((it, ...args) => it.history(testing.registerModel(0)).call(...(args as [never, never, never]))),
    'a',
    { op: 'read' },
    () => 0,
  ],
  'testing: linearize': () => [testing.linearize as never, [], testing.lockModel()],
  'testing: registerModel': () => [testing.registerModel, 0],
  'testing: Simulation.always': () => [
    simulated((it, ...args) => it.always(...(args as [never]))),
    () => true,
  ],
  'testing: Simulation.engine': () => [
    simulated((it, ...args) => it.engine(...(args as [never, never]))),
    clusters.local(),
    {},
  ],
  'testing: Simulation.eventually': () => [
    simulated((it, ...args) => it.eventually(...(args as [never, never]))),
    () => true,
    1,
  ],
  'testing: Simulation.fake': () => [
    simulated((it, ...args) => it.fake(...(args as [never, never, never]))),
    'bank',
    {},
    {},
  ],
  'testing: Simulation.history': () => [
    simulated((it, ...args) => it.history(...(args as [never]))),
    testing.lockModel(),
  ],
  'testing: Simulation.node': () => [
    simulated((it, ...args) => it.node(...(args as [never, never, never]))),
    'a',
    () => {},
    { rate: 1 },
  ],
  'testing: Simulation.nodeOf': () => [simulated((it, ...args) => it.nodeOf(...(args as [never]))), 'a'],
  'testing: Simulation.setNetwork': () => [
    simulated((it, ...args) => it.setNetwork(...(args as [never]))),
    { latency: 1 },
  ],
  'testing: SimulatedEngine.cut': () => [
    simulated((it, ...args) => it.engine(clusters.local()).cut(...(args as [never]))),
    'a',
  ],
  'testing: SimulatedEngine.staleReads': () => [
    simulated((it, ...args) => it.engine(clusters.local()).staleReads(...(args as [never]))),
    'a',
  ],
  'testing: SimulatedEngine.open': () => [
    simulated(
      (it, ...args) =>
        void it
          .engine(clusters.local())
          .open(...(args as [never]))
          .catch(() => {}),
    ),
    {},
  ],
  'testing: SimulatedNetwork.cut': () => [
    simulated((it, ...args) => it.network.cut(...(args as [never, never]))),
    'a',
    'b',
  ],
  'testing: SimulatedNetwork.partition': () => [
    simulated((it, ...args) => it.network.partition(...(args as [never, never]))),
    ['a'],
    ['b'],
  ],
  'testing: SimulatedNetwork.slow': () => [
    simulated((it, ...args) => it.network.slow(...(args as [never, never]))),
    'a',
    1,
  ],
  'testing: SimulatedNode.run': () => [
    simulated(async (it, ...args) => (await it.node('a', () => {})).run(...(args as [never]))),
    () => 1,
  ],
  'testing: SimulatedNode.setClock': () => [
    simulated(async (it, ...args) => (await it.node('a', () => {})).setClock(...(args as [never]))),
    1,
  ],
  'testing: SimulationFaults.crash': () => [mayStrike('crash'), 'x'],
  'testing: SimulationFaults.kill': () => [mayStrike('kill'), 'x'],
  'testing: SimulationFaults.stop': () => [mayStrike('stop'), 'x'],
  'testing: SimulationFaults.crashInHandler': () => [mayStrike('crashInHandler'), 'x', {}],
  'testing: SimulationFaults.crashInInit': () => [mayStrike('crashInInit'), 'x', {}],
  'testing: SimulationFaults.crashInRestart': () => [mayStrike('crashInRestart'), 'x', {}],
  'testing: SimulationFaults.crashInTerminate': () => [mayStrike('crashInTerminate'), 'x', {}],
  'testing: SimulationFaults.hangInHandler': () => [mayStrike('hangInHandler'), 'x', {}],
  'testing: SimulationFaults.hangInInit': () => [mayStrike('hangInInit'), 'x', {}],
  'testing: SimulationFaults.hangInTerminate': () => [mayStrike('hangInTerminate'), 'x', {}],
  'testing: SimulationFaults.hangShutdown': () => [mayStrike('hangShutdown'), 'x', {}],
  'testing: SimulationFaults.killInHandler': () => [mayStrike('killInHandler'), 'x', {}],
  'testing: SimulationFaults.killInInit': () => [mayStrike('killInInit'), 'x', {}],
  'testing: SimulationFaults.killInRestart': () => [mayStrike('killInRestart'), 'x', {}],
  'testing: SimulationFaults.drop': () => [mayStrike('drop'), { to: 'x' }],
  'testing: SimulationFaults.duplicate': () => [mayStrike('duplicate'), { to: 'x' }],
  'testing: SimulationFaults.reorder': () => [mayStrike('reorder'), { to: 'x' }],
  'testing: SimulationFaults.delay': () => [mayStrike('delay'), { to: 'x', by: 1 }],
  'testing: WorldFaults.crashNode': () => [disaster('crashNode'), 'a', {}],
  'testing: WorldFaults.pauseNode': () => [disaster('pauseNode'), 'a', {}],
  'testing: WorldFaults.cutConnection': () => [disaster('cutConnection'), 'a', 'b', {}],
  'testing: WorldFaults.cutEngine': () => [disaster('cutEngine'), undefined, 'a', {}],
  'testing: WorldFaults.stopEngine': () => [disaster('stopEngine'), undefined, {}],
  'testing: WorldFaults.staleReads': () => [disaster('staleReads'), undefined, 'a', {}],
  'testing: WorldFaults.unknownOutcome': () => [disaster('unknownOutcome'), undefined, {}],
  'testing: WorldFaults.setClock': () => [disaster('setClock'), 'a', 1, {}],
  'testing: WorldFaults.partition': () => [disaster('partition'), ['a'], ['b'], {}],
  'testing: startSupervised': () => [testing.startSupervised, Shop, {}],
  'testing: TestKernel.constructor': () => [closing(made(TestKernel) as Given[0]), {}],
  'testing: TestKernel.finish': () => [of(new TestKernel(), 'finish'), {}],
  'testing: TestKernel.reportsOf': () => [of(currentKernel() as TestKernel, 'reportsOf'), 'crash'],
  'testing: TestKernel.run': () => [of(new TestKernel(), 'run'), () => 1],
  'testing: TestKernel.runTest': () => [of(new TestKernel(), 'runTest'), () => 1],
  'testing: TestKernel.runUntil': () => [of(new TestKernel(), 'runUntil'), Promise.resolve(1), { within: 1 }],
  'testing: TestKernel.timeline': () => [of(currentKernel() as TestKernel, 'timeline'), 5],
  'testing: TestKernel.onFinish': () => [of(new TestKernel(), 'onFinish'), () => {}],
  'testing: testKernel': () => [testing.testKernel, 'x'],
  'testing: traceOf': () => [testing.traceOf, living()],
  'testing: VirtualClock.constructor': () => [made(testing.VirtualClock) as Given[0], 0, 0],
  'testing: VirtualClock.advance': () => [of(new testing.VirtualClock(), 'advance'), 5],
  'testing: VirtualClock.jump': () => [of(new testing.VirtualClock(), 'jump'), 5],
  'testing: VirtualClock.runUntilIdle': () => [of(new testing.VirtualClock(), 'runUntilIdle'), 5],
  'testing: matchers.toBeAlive': () => [testing.matchers.toBeAlive, living()],
  'testing: matchers.toHaveExited': () => [testing.matchers.toHaveExited, living(), 'x'],
  'testing: matchers.toHaveRestarted': () => [testing.matchers.toHaveRestarted, living(), 1],
  'testing: matchers.toHaveCrashed': () => [testing.matchers.toHaveCrashed, living(), 'x'],
  'testing: matchers.toHaveTree': () => [testing.matchers.toHaveTree, living(), ['x']],
}

/** Those that are left out, with the reason. */
const LEFT_OUT: LeftOut = [
  [/: ClusterRef\.constructor$/, 'made by clusterRef'],
  [/: HeartwoodService\.constructor$/, 'made by HeartwoodModule.forRoot'],
  [/: openConsole$/, 'asks another program, whose absence has a raw cause: its own test has the bad ones'],
  [/: (?:Atom|ErlangFloat|Observer|Metrics|Supervised)\.constructor$/, 'made by a function of its own'],
  [
    /: (?:Chaos|Crashes|Expectation|Faults|InjectedFault|Recorder|Simulation|Story|TraceEvent)\.constructor$/,
    'made by the kit',
  ],
  [/\.(?:toString|toJSON|then)$/, 'takes nothing, or is called by others'],
  [/: (?:Chaos|Crashes|Recorder)\./, 'called by the kernel of the test'],
  [
    /: Faults\.(?:exits|handles|isInjected|lies|replies|sends|signals|starts|terminates)$/,
    'called by the kernel of the test',
  ],
  [/: VirtualClock\.(?:setAlarm|clearAlarm|join|leave)$/, 'called by kernels'],
  [/: (?:timelineOf|sequenceOf|treeOf)$/, 'takes what a kernel of a test has recorded'],
  [/: measureThere$/, 'called in a thread of its own'],
  [/: useTestKernel$/, 'is about a whole file of tests'],
]

function testWorld(report: (it: Report) => void): World {
  const kernel = new TestKernel()
  return {
    kernel,
    end: async () => {
      for (const each of kernel.reports) report(each)
      await kernel.close()
    },
  }
}

describe('a bad argument', () => {
  it.each(Object.entries(CASES))('of %s is refused by a coded error, or taken', async (_, make) => {
    expect(await allRawErrors(make, testWorld)).toEqual([])
  })

  it('is tried with each public function that takes any', () => {
    expect(
      untried(CASES, LEFT_OUT, (name) =>
        /^(?:cluster|cron|erlang|fastify|http|nest|observer|telemetry|testing)/.test(name),
      ),
    ).toEqual([])
  })
})
