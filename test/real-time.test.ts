import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

/** Where tests are. */
const FOLDERS = ['test', 'apps/demo/test']

/** Ways to the machine's time. `setTimeout` and `setInterval` themselves are the linter's business. */
const MACHINE_TIME =
  /node:timers|\bSystemClock\b|process\.hrtime|\bperformance\.now|(?<!')\bDate\.now\(\)|globalThis\.set(Timeout|Interval)/

/** The files that use it, each with the reason; fixtures are programs of their own. All others run in virtual time. */
const WHY: Readonly<Record<string, string>> = {
  'apps/demo/test/cluster/run.ts': 'kills real programs, and measures how long others take to take over',
  'apps/demo/test/cluster/world.ts': 'has real programs check it, and sees when each did',
  'apps/demo/test/soak/soak.ts': 'has a whole Pulse run beside the machine, and kills it',
  'test/application/container.test.ts': 'signals a real program, again and again while it loads',
  'test/application/health.test.ts': 'blocks the real event loop, which the watchdog is to notice',
  'test/application/random-stop.test.ts': 'stops real programs at random moments',
  'test/browser/observer.test.ts': 'drives a real browser',
  'test/browser/pulse.test.ts': 'drives a real browser, too',
  'test/bundle.test.ts': 'blocks the event loop of a bundled program',
  'test/drain/balancer.ts': 'asks a real program whether it is ready',
  'test/drain/client.ts': 'drives real servers, whose yardstick is the machine',
  'test/drain/http-clients.ts': 'are such clients',
  'test/drain/session-clients.ts': 'are such clients, over sessions',
  'test/drain/servers.ts': 'is such a server, slow on purpose',
  'test/drain/yardstick.ts': 'stops real programs, again and again',
  'test/cluster/chaos/lateness.ts': 'measures how late the timers of programs are',
  'test/cluster/chaos/run.ts': 'measures how long real programs take to take over',
  'test/cluster/conformance/replica-checks.ts': 'waits for real servers that agree on a leader',
  'test/cluster/conformance/run.ts': 'says how long checks on real servers took',
  'test/cluster/conformance/server-checks.ts':
    'kills, stops and cuts off real servers, which have the time of the machine',
  'test/cluster/measure/run.ts': 'measures what a cluster of real programs claims in a second',
  'test/config/limits.ts': 'moves the limits that the machine has with files and schemas',
  'test/containment/left-open.test.ts': "leaves Node's timers behind",
  'test/erlang/attack.ts': 'attacks a real program, and measures how long honest peers wait',
  'test/erlang/attacker.ts': 'waits until real sockets are closed',
  'test/erlang/fuzz.ts': 'measures how long it takes to read damaged frames',
  'test/interop/measure.ts': 'measures what real nodes say to each other in a second',
  'test/guards/outrun-calls.test.ts': 'sets timers of Node, by which a call may be outrun',
  'test/interop/run.ts': 'plays with real nodes of Elixir, and says how long it took',
  'test/isolation/programs.test.ts': 'stops the clock of real threads and programs',
  'test/kernel/deep.test.ts': 'measures that work grows no faster than its size',
  'test/kernel/fairness.test.ts': 'measures how late timers and answers of the machine are',
  'test/kernel/private-fields.test.ts': 'sets the clock of the machine forward',
  'test/kernel/program.test.ts': 'measures how long a real program runs',
  'test/kernel/redaction.test.ts': 'measures what looking at a value costs',
  'test/laws/report-cost.test.ts': 'measures what a report costs',
  'test/mutants/run.ts': 'ends real programs of tests that hang',
  'test/mutants/switch.ts': 'gives tests up that hang, by how long they took without a mistake',
  'test/measuring.ts': 'looks whether the machine has time to be measured',
  'test/otp/receive.test.ts': 'measures that a receive looks at each message once',
  'test/simulation/bugs/refilled-twice.ts': 'has the clock that a simulation moves',
  'test/simulation/cluster-bugs/lease-by-wall-clocks.ts': 'has the clocks of nodes that a simulation moves',
  'test/simulation/cluster.ts': 'says how many steps a second it makes',
  'test/simulation/explore.test.ts': 'has the clock of the machine in a program, which is to be told',
  'test/simulation/globals.test.ts': "has Node's own in a simulation and beside it",
  'test/simulation/node.test.ts': "has Node's own in simulations, as steps or refused",
  'test/simulation/simulate.test.ts': "has Node's timers faked by the kit",
  'test/supervisor/width.test.ts': 'measures that an operation costs the same among many children',
  'test/simulation/ties.test.ts': "has Node's timers in simulations",
  'test/testing/finish.test.ts': "has Node's timers faked by the kit, and given back",
  'test/testing/fixtures/concurrent.failing.ts': "has Node's timers in tests that run at the same time",
  'test/testing/fixtures/isolation.failing.ts': 'goes on after the end of its tests, as it must not',
  'test/testing/fixtures/taken-timers.failing.ts': "takes Node's timers away from the kit",
  'test/testing/fixtures/vm-pool.failing.ts': "compares what the kit fakes with Node's own, imported by name",
  'test/testing/time.test.ts': "has Node's timers faked by the kit",
  'test/testing/vitest.test.ts': "names Node's timers, which another library has taken",
  'test/testing/virtual-time.test.ts': "compares what the kit fakes with Node's own",
}

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

it('real time is used where the machine is the subject, and nowhere else', () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(root(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'real-time.test.ts')
      .map((name) => `${folder}/${name}`),
  )
  const using = files.filter((file) => MACHINE_TIME.test(readFileSync(root(file), 'utf8')))
  expect(using.sort()).toEqual(Object.keys(WHY).sort())
})
