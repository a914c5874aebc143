/**
 * Servers in threads and programs of their own: processes that can really be killed, and that use other cores.
 */
export { ISOLATION_ERRORS } from './errors.js'
export { isolable } from './isolable.js'
export { ISOLATION_RULES, type IsolationKind, type IsolationOptions } from './isolate-options.js'
export { type IsolatedStartOptions, startIsolated } from './start-isolated.js'
