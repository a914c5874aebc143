/**
 * Guards: what Node calls on behalf of a process runs as that process, and its failures are that process's.
 *
 * Async context takes care of most: promises, timers, and the callbacks of what the process itself opened. The guards are
 * for the places where Node calls in the context of somebody else, calls without any, or has dropped it when the call
 * throws. Found by trying every kind of failure on Node 20, 24 and 26 (`test/containment`).
 *
 * | what | on | what is done |
 * | --- | --- | --- |
 * | listeners of an `EventEmitter`: run as whoever emits | all | `event-emitters.ts`: they run as the process that added them |
 * | listeners of an `EventTarget`, and properties such as `onmessage` | all | `event-targets.ts`: the same |
 * | a `queueMicrotask` callback that throws | Node 20 | `lost-context-callbacks.ts`: the throw is caught |
 * | `FinalizationRegistry` callbacks | all | `lost-context-callbacks.ts`: they run as the process that registered |
 * | `dns.resolve…` callbacks that throw, `PerformanceObserver` callbacks | all | `lost-context-callbacks.ts`: they run as the process that handed them over |
 * | subscribers of `diagnostics_channel`, which run as whoever publishes | all | `lost-context-callbacks.ts`: the same |
 * | a socket that a server accepted | all | `node-handles.ts`: it gets the context of its server |
 * | a stream that an HTTP/2 server accepted | all | `node-handles.ts`: its events are told as the process of its server |
 * | servers in a worker of `node:cluster`, told of by the primary | all | `cluster.ts`: what they hear of it is their process's |
 * | `exit` listeners of a thread that throw | all | `node-handles.ts`: its events are told inside a guard |
 * | a promise rejected by somebody else | Node 24 | promises remember who made them |
 * | promises of zone.js, bluebird and other classes in place of `Promise` | all | `foreign-promises.ts`: the same, and their callbacks keep their context |
 * | `postMessage` and `structuredClone` of what stands for an object in a shared thing | all | `structured-clone.ts`: the object itself is cloned |
 *
 * `opened-resources.ts` notes what a process opens, so that what it leaves open can be told; that changes nothing of it.
 *
 * The guards are put in when this module is loaded, since libraries keep what they find in the globals, and do nothing
 * outside processes, nor before containment is on.
 */
import { rememberPromises, STORES_ARE_IN_RESOURCES } from '../kernel/index.js'
import { claimCallbacks } from './callback-claims.js'
import { guardCluster } from './cluster.js'
import { guardEmitters } from './event-emitters.js'
import { guardEventTargets } from './event-targets.js'
import {
  guardChannels,
  guardFinalizers,
  guardMicrotasks,
  guardObservers,
  guardResolvers,
} from './lost-context-callbacks.js'
import { completeNamedImports } from './named-imports.js'
import { guardSockets, guardThreads } from './node-handles.js'
import { guardOpenings, watchOpenings } from './opened-resources.js'
import { guardClones } from './structured-clone.js'

export { watchOpened } from './callback-claims.js'
export { followsContext, meetClassOf, meetStrangers, type Stranger } from './foreign-promises.js'
export { completeNamedImports } from './named-imports.js'

guardEmitters()
guardEventTargets()
guardMicrotasks()
guardFinalizers()
guardResolvers()
guardObservers()
guardChannels()
guardCluster()
guardOpenings()
guardClones()
// So that `import { resolve4 } from 'node:dns'` has them too.
completeNamedImports()

/** Has the guards do their work until disposed of. Several systems in one program may ask for it. */
export function guardProcesses(): Disposable {
  // Elsewhere Node tells of an unhandled rejection in the context of whoever rejected it. Other runtimes may not be able to.
  const promises = STORES_ARE_IN_RESOURCES ? undefined : rememberPromises()
  const claiming = claimCallbacks()
  const sockets = guardSockets()
  const threads = guardThreads()
  const openings = watchOpenings()
  return {
    [Symbol.dispose]() {
      promises?.[Symbol.dispose]()
      openings()
      threads()
      sockets()
      claiming[Symbol.dispose]()
    },
  }
}
