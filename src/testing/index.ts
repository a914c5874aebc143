/** The kit for tests of what runs on Heartwood: virtual time, faults on demand, expectations, traces. */
export { VirtualClock } from '../kernel/index.js'
export type { Crash, Crashes } from './crashes.js'
export { clock, faults, testKernel } from './current.js'
export { TESTING_ERRORS } from './errors.js'
export { Expectation, type WaitOptions } from './expectation.js'
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
} from './expectations.js'
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
export type { ReasonMatch } from './match.js'
export { type HeartwoodMatchers, matchers } from './matchers.js'
export { seeded } from './random.js'
export type { Coverage } from './simulation/coverage.js'
export { type Exploration, type ExploreOptions, explore } from './simulation/explore.js'
export type { Program, RunOptions } from './simulation/run.js'
export { type Simulated, type SimulateOptions, simulate } from './simulation/simulate.js'
export type { Simulation } from './simulation/simulation.js'
export type { SimulationEvent, SimulationEventKind } from './simulation/trace.js'
export { Story, traceOf } from './story.js'
export {
  type BootApplicationOptions,
  bootApplication,
  Supervised,
  type SupervisedOptions,
  startSupervised,
} from './supervised.js'
export type { Target } from './target.js'
export { TestKernel, type TestKernelOptions } from './test-kernel.js'
export {
  type Actor,
  Recorder,
  sequenceOf,
  type TimelineOptions,
  TraceEvent,
  type TraceKind,
  timelineOf,
} from './trace/index.js'
export { treeOf } from './tree.js'
