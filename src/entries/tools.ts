/**
 * For tools that read a program without running it: config modules loaded and checked, the tree planned and drawn, charts of
 * state machines, child specs checked.
 */
export {
  bootTreeText,
  checkConfig,
  drawing,
  type LoadOptions,
  loadConfig,
  type Plan,
  type PlannedApplication,
  type PlannedChild,
  type Problem,
  planOf,
  type ResolveOptions,
  resolveConfig,
} from '../application/index.js'
export {
  type MachineChart,
  machineChart,
  mermaid,
} from '../genserver/index.js'
export {
  type CheckedSpec,
  checkChildSpecs,
  toChildSpec,
} from '../supervisor/index.js'
