/**
 * Servers in threads and programs of their own: processes that can really be killed, and that use other cores.
 */
export { refusalOfArguments, refusalOfModule } from './check.js'
export { ISOLATION_ERRORS } from './errors.js'
export { type IsolableClass, isIsolable, isolableAs, isolableIn } from './isolable.js'
export { copyAsSent, isolateHere, isolationOf } from './local-isolate.js'
export { type IsolateSight, isolateOf, isolatesOf } from './running-isolates.js'
export { loadModulesFrom } from './runtime/compiled-modules.js'
export {
  ISOLATES,
  type IsolateEvent,
  type IsolateExtension,
  type IsolateExtensionEntry,
} from './runtime/isolate-extension.js'
export { ISOLATION_RULES, type IsolationKind, type IsolationOptions } from './runtime/isolate-options.js'
export { pidsAsSeenFrom } from './runtime/pid-text.js'
export type { Brought, Home, Surroundings } from './runtime/surroundings.js'
export {
  type IsolatedStartOptions,
  startElsewhere,
  startIsolated,
} from './start-isolated.js'
