/** Who is registered where: the kernel's names, and the registries. */
import { type Kernel, type Pid, snapshot } from '../../kernel/index.js'
import { type RegistrySight, seenRegistry } from '../../registry/index.js'
import { lineOf } from './one-line-value.js'
import { whoIs } from './process-identity.js'
import { behaviourName } from './process-type.js'

/** The registered names that contain `text`, in the order of the alphabet. */
export function namesIn(kernel: Kernel, text: string, offset: number, limit: number) {
  const wanted = text.toLowerCase()
  const all = kernel.registered()
  const matching = all.filter((name) => name.toLowerCase().includes(wanted)).sort()
  const rows = matching.slice(offset, offset + limit).flatMap((name) => {
    const pid = kernel.whereis(name)
    return pid === undefined ? [] : [{ name: lineOf(name), pid: String(pid), behaviour: behaviourName(pid) }]
  })
  return { total: all.length, matched: matching.length, offset, rows }
}

export function registriesOf(pids: readonly Pid[]) {
  return { registries: pids.flatMap((pid) => overview(pid, seenRegistry(pid))) }
}

function overview(pid: Pid, sight: RegistrySight | undefined) {
  return sight === undefined
    ? []
    : [{ name: lineOf(sight.name), kind: sight.kind, pid: String(pid), entries: sight.size }]
}

/** The registrations in one registry. */
export function registrationsOf(sight: RegistrySight, offset: number, limit: number) {
  const rows = sight.list(offset, limit).map(({ key, pid, value }) => ({
    key: lineOf(key),
    ...whoIs(pid),
    value: snapshot(value, { depth: 3, breadth: 10, length: 200, size: 50, privates: 0 }) ?? null,
  }))
  return { name: lineOf(sight.name), kind: sight.kind, entries: sight.size, offset, rows }
}
