/** Faults on demand. */
export { Chaos, type ChaosOptions, type ChaosWay, type Mischief } from './chaos.js'
export type { Fault } from './fault-ledger.js'
export { Faults, type Route } from './faults.js'
export { InjectedFault } from './injected-fault.js'
export type { InstanceTurns, MessageSelection, Turns } from './message-selection.js'
