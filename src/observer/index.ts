/** Looking into a running program: snapshots, their JSON API, a page, event streams, and a few actions. */
export { type ConsoleOptions, openConsole } from './console/console.js'
export { OBSERVER_ERRORS } from './errors.js'
export { observeThere } from './observed-there.js'
export { createObserver, type Observer } from './observer.js'
export type { ObserverOptions, ObserverServerOptions } from './options.js'
export { observerApplication, type RunningObserver, startObserver } from './standalone.js'
export { type ObserveOptions, observe } from './terminal/observe.js'
