/** Views of registries for the observer: their names and registrations, read without a message. */
import { seenServer } from '../genserver/index.js'
import type { Pid } from '../kernel/index.js'
import { type DirectoryState, directoryCallbacks } from './table/table-process.js'

/** A view of a running registry, pub/sub or scope of process groups. */
export interface RegistrySight {
  /** The kind: `'registry'`, `'process group scope'` … */
  readonly kind: string
  readonly name: string
  readonly size: number
  /** Up to `limit` registrations from number `offset` on, by key. The time grows with `offset`. Values are not copied. */
  list(offset: number, limit: number): { readonly key: unknown; readonly pid: Pid; readonly value: unknown }[]
}

/** Whether a process is that of a registry, also one that has not run yet. */
export function isRegistry(pid: Pid): boolean {
  return seenServer(pid)?.callbacks === directoryCallbacks
}

/** A look at the registry whose process is `pid`; undefined for a process that is none, or is dead. */
export function seenRegistry(pid: Pid): RegistrySight | undefined {
  const server = seenServer(pid)
  if (server?.callbacks !== directoryCallbacks || server.state === undefined) return undefined
  const { kind, name, running } = server.state as DirectoryState
  return {
    kind,
    name,
    size: running.table.size,
    list(offset, limit) {
      const entries = []
      let at = 0
      for (const { key, pid: owner, value } of running.table) {
        if (entries.length >= limit) break
        if (at++ >= offset) entries.push({ key, pid: owner, value })
      }
      return entries
    },
  }
}
