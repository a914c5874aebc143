/** The kit for tests of what runs on Heartwood: virtual time, faults on demand, expectations, traces. */
export { VirtualClock } from '../kernel/index.js'
export { clock, faults, testKernel } from './current-test-kernel.js'
export { TESTING_ERRORS } from './errors.js'
export { Expectation, type WaitOptions } from './expect/expectation.js'
export {
  allowCrashes,
  type CrashSelection,
  type Escalation,
  expectCrash,
  expectDown,
  expectEscalation,
  expectExit,
  expectMessage,
  expectNoDeadLetters,
  expectNoMessage,
  restartOf,
} from './expect/expectations.js'
export { type HeartwoodMatchers, matchers } from './expect/matchers.js'
export type { ReasonMatch } from './expect/reason-match.js'
export {
  Chaos,
  type ChaosOptions,
  type ChaosWay,
  type Fault,
  Faults,
  InjectedFault,
  type InstanceTurns,
  type MessageSelection,
  type Mischief,
  type Route,
  type Turns,
} from './faults/index.js'
export { seeded } from './seeded-random.js'
export { type Exploration, type ExploreOptions, explore } from './simulation/explore.js'
export type { SimulationFaults } from './simulation/faults/simulation-faults.js'
export { CallHistory } from './simulation/histories/history.js'
export { type LinearizeOptions, linearize, type Operation } from './simulation/histories/linearizability.js'
export {
  type LockInput,
  lockModel,
  type Model,
  type QueueInput,
  queueModel,
  type RegisterInput,
  registerModel,
} from './simulation/histories/models.js'
export type { EngineMishap, EngineOptions, SimulatedEngine } from './simulation/nodes/simulated-engine.js'
export type { FakeMishap, FakeOf, FakeOptions, FakeToken } from './simulation/nodes/simulated-fake.js'
export type { NetworkOptions, SimulatedNetwork } from './simulation/nodes/simulated-network.js'
export type { NodeOptions, NodeProgram, NodeStart, SimulatedNode } from './simulation/nodes/simulated-node.js'
export type { Span, WorldFaultOptions, WorldFaults } from './simulation/nodes/world-faults.js'
export type { RunOptions } from './simulation/options.js'
export type { Coverage } from './simulation/run/coverage.js'
export type { Program } from './simulation/run/run.js'
export type { Simulation } from './simulation/run/simulation.js'
export type { SimulationEvent, SimulationEventKind } from './simulation/run/simulation-trace.js'
export { type Simulated, type SimulateOptions, simulate } from './simulation/simulate.js'
export {
  type BootApplicationOptions,
  bootApplication,
  Supervised,
  type SupervisedOptions,
  startSupervised,
} from './start-supervised.js'
export type { Crash, Crashes } from './test-kernel/expected-crashes.js'
export { treeOf } from './test-kernel/process-tree.js'
export { TestKernel, type TestKernelOptions } from './test-kernel/test-kernel.js'
export type { Target } from './test-target.js'
export {
  type Actor,
  Recorder,
  sequenceOf,
  type TimelineOptions,
  TraceEvent,
  type TraceKind,
  timelineOf,
} from './trace/index.js'
export { Story, traceOf } from './trace-of.js'
