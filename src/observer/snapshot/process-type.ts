/** What a process is: its behaviour by name, and the part it plays. */
import { seenApplication } from '../../application/index.js'
import { seenServer } from '../../genserver/index.js'
import { behaviourOf, type Pid, seenElsewhere } from '../../kernel/index.js'
import { isRegistry } from '../../registry/index.js'
import { isSupervisor, seenSupervisor } from '../../supervisor/index.js'

export const PROCESS_TYPES = ['supervisor', 'worker', 'script', 'registry', 'application'] as const
export type ProcessType = (typeof PROCESS_TYPES)[number]

/** Which part a process plays. */
export function typeOf(pid: Pid): ProcessType {
  const body = behaviourOf(pid)
  if (body === undefined) return 'script'
  if (seenApplication(pid) !== undefined) return 'application'
  if (seenServer(pid) === undefined) return 'worker'
  if (isSupervisor(pid)) return 'supervisor'
  return isRegistry(pid) ? 'registry' : 'worker'
}

const SUPERVISORS = { supervisor: 'Supervisor', 'dynamic supervisor': 'DynamicSupervisor' } as const

/** What a process runs, by the name of its class where there is one. */
export function behaviourName(pid: Pid): string {
  const there = seenElsewhere(pid)
  if (there !== undefined) return there.runs ?? 'elsewhere'
  const body = behaviourOf(pid)
  if (body === undefined) return 'script'
  if (isSupervisor(pid)) return SUPERVISORS[seenSupervisor(pid)?.kind ?? 'supervisor']
  if (isRegistry(pid)) return 'Registry'
  const server = seenServer(pid)
  if (server !== undefined) return server.behaviour
  const name: unknown = Object.getPrototypeOf(body)?.constructor?.name
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name.slice(0, 100) : 'behaviour'
}
