/**
 * Servers in a worker of `node:cluster`: the primary listens for them, and tells them of what comes by messages, which are
 * no process's. So a server's answer to listening, and its connections, are claimed when it asks to listen.
 */
import cluster from 'node:cluster'
import { type Callback, claimListener, replaceOnce } from './callback-claims.js'
import { resetContext } from './node-handles.js'

/** What the primary shares: a real handle, or a stand-in that passes on connections. */
interface Shared {
  onconnection?: Callback
}

interface ClusterWorker {
  /** What `net` and `dgram` ask for a handle with; it is Node's own, and there in workers only. */
  _getServer?(server: object, options: object, listening: Callback): void
}

export function guardCluster(): void {
  replaceOnce('cluster', () => {
    const worker = cluster as unknown as ClusterWorker
    const { _getServer: original } = worker
    if (!cluster.isWorker || original === undefined) return
    worker._getServer = (server, options, listening) =>
      original.call(worker, server, options, claimListener(answered(listening)))
  })
}

const answered = (listening: Callback): Callback =>
  function (this: unknown, ...args: never[]) {
    const result = listening.apply(this, args)
    const handle = (args as unknown[])[1] as Shared | null | undefined
    if (handle == null) return result
    resetContext(handle)
    if (typeof handle.onconnection === 'function') handle.onconnection = claimListener(handle.onconnection)
    return result
  }
