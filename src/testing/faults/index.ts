/** Faults on demand. */
export { Chaos, type ChaosOptions, type ChaosWay, type Mischief } from './chaos.js'
export { Faults, type Route } from './faults.js'
export { InjectedFault } from './injected.js'
export type { Fault } from './ledger.js'
export type { InstanceTurns, MessageSelection, Turns } from './selection.js'
